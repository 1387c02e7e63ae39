"""What did not arrive is told to the people who think it did."""

import pytest
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, StaffFactory, TicketFactory, UserFactory
from tickets.actions.status import MAX_TAGS
from tickets.enums import MessageKind, Status
from tickets.mail.actions.undelivered import BOUNCED, FAILED, TAG, UNKNOWN, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def reply(anna):
    ticket = TicketFactory(status=Status.WAITING, subject="No mail")
    return MessageFactory(ticket=ticket, kind=MessageKind.REPLY, author=anna)


def sent(subject, *addresses, purpose=Purpose.REPLY):
    outgoing = [Outgoing(purpose, address, route="mailbox:7") for address in addresses or ("clara@shop.example",)]
    rows = enqueue(subject=subject, outgoing=outgoing)
    for row in rows:
        row.reason, row.status_code = "550 no such user", "5.1.1"
    return rows


def notices():
    found = Delivery.objects.filter(purpose=Purpose.NOTICE).order_by("pk")
    return [(row.recipient, row.content["title"], row.content["text"]) for row in found]


def as_now(message):
    return type(message.ticket).objects.get(pk=message.ticket_id)


@pytest.mark.parametrize("verb", [FAILED, BOUNCED])
@pytest.mark.parametrize(
    ("status", "after"),
    [
        (Status.WAITING, Status.OPEN),
        (Status.RESOLVED, Status.OPEN),
        (Status.NEW, Status.NEW),
        (Status.OPEN, Status.OPEN),
        (Status.ON_HOLD, Status.ON_HOLD),
        (Status.CLOSED, Status.CLOSED),
    ],
)
def test_answer_that_did_not_arrive_reopens_what_waits_for_one(anna, verb, status, after):
    message = MessageFactory(ticket=TicketFactory(status=status), kind=MessageKind.REPLY, author=anna)

    tell(deliveries=sent(message), verb=verb)

    ticket = as_now(message)
    assert (ticket.status, ticket.tags) == (after, [TAG])
    assert (ticket.resolved_at is not None) is (after == Status.CLOSED)


def test_line_says_who_did_not_get_it_and_why(reply):
    tell(deliveries=sent(reply, "clara@shop.example", "piotr@shop.example"), verb=FAILED)

    [entry] = Entry.objects.about(reply.ticket)
    assert (entry.verb, entry.actor_id) == (FAILED, None)
    assert entry.facts == {
        "message": reply.pk,
        "before": "waiting",
        "after": "open",
        "recipients": [
            {"address": address, "reason": "550 no such user", "status": "5.1.1"}
            for address in ("clara@shop.example", "piotr@shop.example")
        ],
    }


def test_guess_flags_and_tells_but_reopens_nothing(reply):
    tell(deliveries=sent(reply), verb=BOUNCED, is_proven=False)

    assert (as_now(reply).status, as_now(reply).tags, len(notices())) == (Status.WAITING, [TAG], 1)


def test_unknown_changes_nothing_and_is_told_as_perhaps(reply):
    tell(deliveries=sent(reply), verb=UNKNOWN)

    assert (as_now(reply).status, as_now(reply).tags) == (Status.WAITING, [])
    number = reply.ticket.number
    assert notices() == [
        (
            "anna@helpdesk.example",
            f"Perhaps not delivered: #{number} No mail",
            "clara@shop.example: 550 no such user",
        )
    ]


@pytest.mark.parametrize("purpose", [Purpose.FORWARD, Purpose.ACKNOWLEDGEMENT])
def test_what_is_no_answer_flags_no_ticket(reply, purpose):
    tell(deliveries=sent(reply, purpose=purpose), verb=FAILED)

    assert (as_now(reply).status, as_now(reply).tags) == (Status.WAITING, [])
    assert [entry.verb for entry in Entry.objects.about(reply.ticket)] == [FAILED]


def test_whoever_has_the_ticket_is_told_before_whoever_wrote(reply):
    reply.ticket.assignee = StaffFactory(email="boris@helpdesk.example")
    reply.ticket.save()

    tell(deliveries=sent(reply), verb=FAILED)

    assert [to for to, _, _ in notices()] == ["boris@helpdesk.example"]


def test_customer_whose_acknowledgement_failed_is_told_nothing():
    message = MessageFactory()

    tell(deliveries=sent(message, purpose=Purpose.ACKNOWLEDGEMENT), verb=FAILED)

    assert notices() == []
    assert [entry.verb for entry in Entry.objects.about(message.ticket)] == [FAILED]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"email": None}], ids=str)
def test_who_is_gone_or_has_no_address_is_told_nothing(reply, fields):
    User.objects.filter(pk=reply.author_id).update(**fields)

    tell(deliveries=sent(reply), verb=FAILED)

    assert notices() == []


def test_mail_that_is_about_no_message_is_told_nobody_so_nothing_goes_round(anna):
    tell(deliveries=sent(anna, purpose=Purpose.NOTICE), verb=FAILED)

    assert [row.purpose for row in Delivery.objects.all()] == [Purpose.NOTICE]
    assert not Entry.objects.filter(verb=FAILED).exists()


def test_several_mails_are_told_one_by_one(anna, reply):
    other = MessageFactory(ticket=TicketFactory(), kind=MessageKind.REPLY, author=anna)

    tell(deliveries=[*sent(reply), *sent(other), *sent(reply, "piotr@shop.example")], verb=FAILED)

    told = {entry.facts["message"]: len(entry.facts["recipients"]) for entry in Entry.objects.filter(verb=FAILED)}
    assert told == {reply.pk: 2, other.pk: 1}
    assert len(notices()) == 2


@pytest.mark.parametrize(
    ("tags", "after"),
    [
        ([], [TAG]),
        (["vip"], ["vip", TAG]),
        ([TAG, "vip"], [TAG, "vip"]),
        ([f"t{turn}" for turn in range(MAX_TAGS)], [f"t{turn}" for turn in range(MAX_TAGS)]),
    ],
)
def test_tag_is_put_once_and_never_beyond_the_most(anna, tags, after):
    message = MessageFactory(ticket=TicketFactory(tags=tags), kind=MessageKind.REPLY, author=anna)

    tell(deliveries=sent(message), verb=FAILED)

    assert as_now(message).tags == after


def test_notice_is_in_the_readers_language(reply):
    User.objects.filter(pk=reply.author_id).update(language="ru")

    tell(deliveries=sent(reply), verb=FAILED)

    [(_, title, _)] = notices()
    assert title == f"Не доставлено: #{reply.ticket.number} No mail"


def test_ticket_that_is_reopened_comes_to_the_top(reply):
    long_ago = timezone.now().replace(year=2020)
    type(reply.ticket).objects.filter(pk=reply.ticket_id).update(active_at=long_ago)

    tell(deliveries=sent(reply, UserFactory().email), verb=FAILED)

    assert as_now(reply).active_at > long_ago
