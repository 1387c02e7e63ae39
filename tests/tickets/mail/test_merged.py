"""Mail that answers a merged ticket: it stays with its people, wakes the other ticket, and is never dropped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import StaffFactory, TicketFactory, UserFactory
from tests.tickets.mail.conftest import mail
from tickets.actions.merging import merge, unmerge
from tickets.enums import Approval, Status
from tickets.mail.enums import RawMailState
from tickets.mail.tokens import new_message_id, subject_token
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return StaffFactory(name="Anna Orlova")


@pytest.fixture
def source():
    return TicketFactory(requester=UserFactory(email="clara@shop.example"), status=Status.WAITING)


@pytest.fixture
def target(anna, source):
    ticket = TicketFactory(status=Status.RESOLVED, snippet="Theirs")
    Ticket.objects.filter(pk=source.pk).update(status=Status.RESOLVED, resolved_at=timezone.now())
    source.refresh_from_db()
    merge(source=source, target=ticket, by=anna, is_confirmed=True)
    return ticket


def answer_to(ticket, **fields):
    reference = new_message_id(number=ticket.number, domain="helpdesk.example")
    return mail(In_Reply_To=f"<{reference}>", **fields)


@pytest.mark.parametrize("by", ["reference", "subject"])
def test_answer_to_a_merged_ticket_counts_there_and_wakes_the_other(deliver, source, target, by):
    letter = answer_to(source) if by == "reference" else mail(subject=f"Re: x {subject_token(source.number)}")

    raw = deliver(letter)

    target.refresh_from_db()
    assert (raw.state, raw.message.ticket, raw.message.approval) == (RawMailState.PROCESSED, source, Approval.NONE)
    assert (target.status, target.snippet) == (Status.OPEN, "Theirs")


def test_answer_to_a_ticket_closed_long_ago_but_merged_into_an_open_one_opens_no_new_one(deliver, source, target):
    long_ago = timezone.now() - timedelta(days=400)
    Ticket.objects.filter(pk=source.pk).update(status=Status.CLOSED, closed_at=long_ago)

    raw = deliver(answer_to(source))

    assert raw.message.ticket == source
    assert Ticket.objects.count() == 2


def test_answer_when_the_other_ticket_was_closed_long_ago_opens_a_follow_up(deliver, source, target):
    long_ago = timezone.now() - timedelta(days=400)
    Ticket.objects.filter(pk=target.pk).update(status=Status.CLOSED, closed_at=long_ago)

    raw = deliver(answer_to(source))

    assert raw.message.ticket.follow_up_of == source


def test_stranger_who_answers_a_merged_ticket_is_held_and_counted_on_both(deliver, source, target):
    raw = deliver(answer_to(source, sender="Sergei <sergei@stranger.example>"))

    held = Ticket.objects.order_by("pk").values_list("awaits_approval", flat=True)
    assert raw.message.approval == Approval.PENDING
    assert list(held) == [1, 1]


def test_people_of_the_other_ticket_have_no_say_on_the_merged_one(deliver, source, target):
    raw = deliver(answer_to(source, sender=f"Other <{target.requester.email}>"))

    assert (raw.message.ticket, raw.message.approval) == (source, Approval.PENDING)


def test_what_came_meanwhile_is_the_merged_tickets_own_after_undoing(anna, deliver, source, target):
    first = deliver(answer_to(source)).message
    unmerge(source=source, by=anna)

    second = deliver(mail(body="And more.", In_Reply_To=f"<{first.message_id}>")).message

    source.refresh_from_db()
    assert list(source.messages.order_by("pk")) == [first, second]
    assert (source.status, source.snippet) == (Status.OPEN, "And more.")
