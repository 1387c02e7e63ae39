"""Mailboxes as ways out."""

import pytest

from helpdesk.core.errors import Refused
from helpdesk.notifications.registries import transport_of
from tests.factories import MailboxFactory
from tickets.mail.enums import Security

pytestmark = pytest.mark.django_db


def test_a_mailbox_with_a_server_sends_by_it():
    mailbox = MailboxFactory(
        address="support@helpdesk.example",
        out_host="smtp.helpdesk.example",
        out_port=465,
        out_security=Security.TLS,
        out_username="support",
        out_password="secret",
        verify_certificate=False,
    )

    transport = transport_of(mailbox.route)

    assert (transport.host, transport.port, transport.security) == ("smtp.helpdesk.example", 465, "tls")
    assert (transport.username, transport.password, transport.verify_certificate) == ("support", "secret", False)
    assert (transport.sender, transport.sender_name) == ("support@helpdesk.example", "Helpdesk")


def test_a_mailbox_without_a_server_sends_by_the_installations_own_in_its_own_name(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "relay.house.example", 2587
    mailbox = MailboxFactory(address="support@helpdesk.example")

    transport = transport_of(mailbox.route)

    assert (transport.host, transport.port) == ("relay.house.example", 2587)
    assert transport.sender == "support@helpdesk.example"


def test_a_mailbox_that_is_gone_is_refused():
    with pytest.raises(Refused):
        transport_of("mailbox:999999")
