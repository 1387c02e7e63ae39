"""Why a mail is held, from its bytes to the words that staff read."""

import pytest

from tests.factories import OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from tests.tickets.mail.conftest import mail
from tickets.enums import Approval
from tickets.mail.enums import HeldBecause
from tickets.mail.tokens import new_message_id, plus_address

pytestmark = pytest.mark.django_db

ANSWER, NUMBER, SIGNED_ADDRESS = "answer", "number", "signed address"


@pytest.fixture
def ticket(settings):
    """Clara of the shop's; Piotr is her colleague, Maria of another company, Anna of ours."""
    settings.TRUSTED_AUTHSERV_IDS = ["mx.helpdesk.example"]
    shop, client = OrganisationFactory(name="Shop"), OrganisationFactory(name="Client")
    clara = UserFactory(email="clara@shop.example", organisation=shop)
    UserFactory(email="piotr@shop.example", organisation=shop)
    UserFactory(email="maria@client.example", organisation=client)
    StaffFactory(email="anna@helpdesk.example")
    TicketFactory(requester=UserFactory(email="jonas@solo.example"))
    return TicketFactory(requester=clara, organisation=shop)


def pointing_to(ticket, by):
    if by == NUMBER:
        return {"subject": f"Re: [#{ticket.number}]"}
    if by == SIGNED_ADDRESS:
        return {"to": plus_address(address="support@helpdesk.example", number=ticket.number)}
    return {"In_Reply_To": f"<{new_message_id(number=ticket.number, domain='helpdesk.example')}>"}


@pytest.mark.parametrize(
    ("sender", "by", "headers", "reason"),
    [
        (
            "clara@shop.example",
            ANSWER,
            {"Authentication_Results": "mx.helpdesk.example; dmarc=fail"},
            HeldBecause.FORGED,
        ),
        ("anna@helpdesk.example", ANSWER, {}, HeldBecause.STAFF),
        ("no-reply@service.example", ANSWER, {}, HeldBecause.SERVICE),
        ("codes@service.example", SIGNED_ADDRESS, {"subject": "Your security code"}, HeldBecause.SERVICE),
        ("piotr@shop.example", NUMBER, {}, HeldBecause.COLLEAGUE_BY_NUMBER),
        ("jonas@solo.example", NUMBER, {}, HeldBecause.CUSTOMER_BY_NUMBER),
        ("maria@client.example", ANSWER, {}, HeldBecause.OTHER_ORGANISATION),
        ("sergei@stranger.example", ANSWER, {}, HeldBecause.STRANGER),
    ],
)
def test_mail_that_is_held_remembers_why(deliver, ticket, sender, by, headers, reason):
    message = deliver(mail(sender=sender, **{**pointing_to(ticket, by), **headers})).message

    assert (message.ticket, message.approval) == (ticket, Approval.PENDING)
    assert message.flags["held_because"] == reason.value


@pytest.mark.parametrize(("sender", "by"), [("clara@shop.example", ANSWER), ("sergei@stranger.example", NUMBER)])
def test_mail_that_is_not_held_names_no_reason(deliver, ticket, sender, by):
    message = deliver(mail(sender=sender, **pointing_to(ticket, by))).message

    assert message.approval == Approval.NONE
    assert "held_because" not in message.flags
