"""A conversation that came by mail, and the server its answers go to."""

import re
from email import message_from_bytes
from email.policy import default

import pytest

from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.factories import MailboxFactory, MessageFactory, StaffFactory, TicketFactory, UserFactory
from tests.peers.outbox import kept_connections, peer, queue
from tickets.mail.models import KnownId, MailThread

__all__ = ["kept_connections", "peer", "queue"]


@pytest.fixture
def support(db):
    return MailboxFactory(
        name="Support",
        address="support@helpdesk.example",
        also_known_as=["help@helpdesk.example"],
        from_name="Helpdesk",
        signature="Helpdesk GmbH, **Berlin**",
        is_default=True,
        acknowledge=True,
    )


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Berg", email="anna@helpdesk.example", signature="Anna Berg, line 1")


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiß", email="clara@shop.example")


@pytest.fixture
def ticket(support, clara, kept_connections):
    """Clara's request, as her mail opened it."""
    ticket = TicketFactory(requester=clara, subject="Basket is empty", status="open")
    MailThread.objects.create(ticket=ticket, mailbox=support)
    message = MessageFactory(
        ticket=ticket, message_id="first@shop.example", subject="Basket is empty", written_at=ticket.created_at
    )
    KnownId.objects.create(value="first@shop.example", ticket=ticket, message=message)
    return ticket


@pytest.fixture
def opener(ticket):
    return ticket.messages.get()


@pytest.fixture
def letter_of():
    """The mail that is written for a message's deliveries, read back."""

    def letter_of(message, raw=False):
        rows = list(Delivery.objects.about(message))
        mail = composers[rows[0].purpose](rows)
        return mail.content if raw else message_from_bytes(mail.content, policy=default)

    return letter_of


@pytest.fixture
def text_of():
    def text_of(letter, kind="plain"):
        return re.sub(r"\r\n", "\n", letter.get_body((kind,)).get_content())

    return text_of
