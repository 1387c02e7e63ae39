"""Putting tickets aside, and their coming back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import MessageFactory, TicketFactory
from tests.statements import count_of
from tickets.actions.conversation import answer, reply
from tickets.actions.participation import approve
from tickets.actions.snoozing import snooze, wake, wake_due
from tickets.actions.status import change_status
from tickets.enums import Approval, Status
from tickets.models import Ticket
from tickets.tasks import sweep

DAY = timedelta(days=1)


@pytest.fixture
def aside(anna, ticket):
    """Put aside until tomorrow."""
    return snooze(ticket=ticket, by=anna, until=timezone.now() + DAY)


def verbs(ticket):
    return list(Entry.objects.about(ticket).order_by("pk").values_list("verb", flat=True))


def until(ticket):
    return Ticket.objects.get(pk=ticket.pk).snoozed_until


def test_snoozed_until_the_same_moment_twice_is_once(anna, ticket):
    moment = timezone.now() + DAY
    for _ in range(2):
        snooze(ticket=ticket, by=anna, until=moment)

    assert until(ticket) == moment
    assert [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)] == [
        ("snoozed", {"until": moment.isoformat()})
    ]


@pytest.mark.parametrize(("away", "why"), [(timedelta(0), "past"), (-DAY, "past"), (400 * DAY, "a year at most")])
def test_moment_that_is_past_or_far_off_is_refused(anna, ticket, away, why):
    with pytest.raises(Refused, match=why):
        snooze(ticket=ticket, by=anna, until=timezone.now() + away)

    assert until(ticket) is None


def test_finished_ticket_is_not_put_aside_and_finishing_ends_it(anna, aside):
    change_status(ticket=aside, by=anna, status=Status.RESOLVED)

    assert until(aside) is None
    with pytest.raises(Refused, match="finished"):
        snooze(ticket=aside, by=anna, until=timezone.now() + DAY)


def test_customer_who_writes_brings_it_back_at_once_and_colleagues_do_not(anna, clara, aside):
    reply(ticket=aside, by=anna, text="I look at it tomorrow")
    after_reply = until(aside)
    answer(ticket=aside, by=clara, text="It is urgent")

    assert after_reply is not None
    assert until(aside) is None
    assert Entry.objects.about(aside).get(verb="received").facts["woken"] is True


def test_message_that_is_held_brings_nothing_back_until_it_is_let_in(anna, aside, sergei):
    message = MessageFactory(ticket=aside, author=sergei, approval=Approval.PENDING)
    before = until(aside)

    approve(message=message, by=anna)

    assert (before is None, until(aside)) == (False, None)


def test_somebody_brings_it_back_once(anna, aside):
    for _ in range(2):
        wake(ticket=aside, by=anna)

    assert until(aside) is None
    assert verbs(aside) == ["snoozed", "woken"]


def test_what_is_due_comes_back_on_top_once_and_the_rest_stays(aside, told):
    due = TicketFactory(snoozed_until=timezone.now() - timedelta(seconds=1), active_at=timezone.now() - 9 * DAY)

    sweep()
    again = wake_due()

    assert (until(due), until(aside) is None, again) == (None, False, 0)
    assert Ticket.objects.order_by("-active_at").first() == due
    assert verbs(due) == ["came_back"]
    assert ("ticket_changed", "came_back") in [(name, facts.get("change")) for name, facts in told]


@pytest.mark.django_db
def test_many_come_back_in_as_many_statements_as_one():
    past, counts = timezone.now() - DAY, []
    for number in (1, 1, 5):
        TicketFactory.create_batch(number, snoozed_until=past)
        counts.append(count_of(wake_due)[0])

    assert counts[1] == counts[2]


def test_none_of_it_is_for_who_does_not_work_tickets(accountant, clara, aside):
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            snooze(ticket=aside, by=person, until=timezone.now() + 2 * DAY)
        with pytest.raises(NotAllowed):
            wake(ticket=aside, by=person)
