"""Which mailbox answers, and which addresses are our own."""

import pytest

from helpdesk.core.errors import Refused
from tests.factories import MailboxFactory, TicketFactory
from tests.statements import count_of
from tickets.mail.models import MailThread
from tickets.mail.routing import SITE_ROUTE, mailbox_of, mailbox_transport, routing_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings):
    settings.DEFAULT_FROM_EMAIL = "Helpdesk <Desk@helpdesk.example>"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp.helpdesk.example", 25


@pytest.fixture
def ticket():
    return TicketFactory()


def chosen(ticket):
    mailbox = routing_of(ticket).mailbox
    return mailbox.name if mailbox else None


def test_installation_answers_when_there_is_no_mailbox(ticket):
    routing = routing_of(ticket)

    assert (routing.mailbox, routing.route, routing.domain) == (None, SITE_ROUTE, "helpdesk.example")


@pytest.mark.parametrize(
    ("mailboxes", "expected"),
    [
        ([("A", {})], "A"),
        ([("A", {}), ("B", {})], None),
        ([("A", {}), ("B", {"is_default": True})], "B"),
        ([("A", {"is_active": False}), ("B", {})], "B"),
        ([("A", {"is_active": False})], None),
        ([("A", {"is_active": False, "is_default": True}), ("B", {}), ("C", {})], None),
        ([("A", {}), ("own", {}), ("B", {"is_default": True})], "own"),
        ([("own", {"is_active": False}), ("B", {"is_default": True})], "own"),
    ],
)
def test_ticket_is_answered_by_its_own_mailbox_else_the_default_else_the_only_one(ticket, mailboxes, expected):
    for name, fields in mailboxes:
        mailbox = MailboxFactory(name=name, **fields)
        MailThread.objects.create(ticket=ticket if name == "own" else TicketFactory(), mailbox=mailbox)

    assert chosen(ticket) == expected


def test_routing_of_any_number_of_mailboxes_is_one_statement(ticket):
    MailboxFactory.create_batch(3)

    statements, ran = count_of(lambda: routing_of(ticket))

    assert statements == 1, ran


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("support@shop.example", True),
        ("Support@Shop.Example", True),
        ("support+20481.abc@shop.example", True),
        ("help@shop.example", True),
        ("former@shop.example", True),
        ("desk@helpdesk.example", True),
        ("desk+x@helpdesk.example", True),
        ("clara@shop.example", False),
        ("support@other.example", False),
        ("xsupport@shop.example", False),
        ("", False),
    ],
)
def test_address_is_ours_whoever_writes_it_and_with_a_plus_part(ticket, address, is_ours):
    MailboxFactory(address="support@shop.example", also_known_as=["Help@shop.example"])
    MailboxFactory(address="former@shop.example", is_active=False)

    assert routing_of(ticket).is_ours(address) is is_ours


def test_domain_of_message_ids_is_the_mailboxs_in_ascii(ticket):
    MailboxFactory(address="support@пример.рф")

    assert routing_of(ticket).domain == "xn--e1afmkfd.xn--p1ai"


@pytest.mark.parametrize("route", ["site", "", "other:7"])
def test_route_that_is_no_mailboxs_has_none(route):
    assert mailbox_of(route) is None
    with pytest.raises(Refused, match="no mailbox has this route"):
        mailbox_transport(route)


def test_route_of_a_mailbox_leads_to_it_and_is_refused_when_it_is_gone():
    mailbox = MailboxFactory()

    assert mailbox_of(mailbox.route) == mailbox
    with pytest.raises(Refused, match="is gone"):
        mailbox_of("mailbox:999999")


def test_mailbox_with_a_server_of_its_own_sends_by_it():
    mailbox = MailboxFactory(
        address="support@shop.example",
        from_name="Shop",
        out_host="smtp.shop.example",
        out_port=465,
        out_security="tls",
        out_username="support",
        out_password="hunter2",
        verify_certificate=False,
    )

    found = mailbox_transport(mailbox.route)

    assert (found.sender, found.sender_name, found.host, found.port) == (
        "support@shop.example",
        "Shop",
        "smtp.shop.example",
        465,
    )
    assert (found.security, found.username, found.password, found.verify_certificate) == (
        "tls",
        "support",
        "hunter2",
        False,
    )


def test_mailbox_without_one_sends_by_the_installations_in_its_own_name(settings):
    settings.SITE_NAME = "Helpdesk"
    mailbox = MailboxFactory(address="support@shop.example", from_name="")

    found = mailbox_transport(mailbox.route)

    assert (found.sender, found.sender_name, found.host, found.port) == (
        "support@shop.example",
        "Helpdesk",
        "smtp.helpdesk.example",
        25,
    )
