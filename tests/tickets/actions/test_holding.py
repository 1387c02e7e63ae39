"""Having a ticket to oneself."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import Locked, NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, StaffFactory, TeamFactory, TicketFactory
from tests.statements import count_of
from tickets.actions import moving, participation, snoozing
from tickets.actions.assignment import assign, hand_to_team
from tickets.actions.conversation import answer, forward, note, reply
from tickets.actions.holding import let_go, release_forgotten, take, take_over
from tickets.actions.recipients import Recipient
from tickets.actions.status import change_priority, change_status, change_tags, close
from tickets.enums import Status
from tickets.models import Message, Ticket


@pytest.fixture
def boris(db):
    return StaffFactory(name="Boris", email="boris@helpdesk.example")


@pytest.fixture
def lead(db):
    return StaffFactory(name="Lena", role=Role.LINE_LEAD)


@pytest.fixture
def held(anna, ticket):
    """Anna's for now."""
    return take(ticket=ticket, by=anna)


def verbs(ticket):
    return list(Entry.objects.about(ticket).order_by("pk").values_list("verb", flat=True))


def holder(ticket):
    return Ticket.objects.get(pk=ticket.pk).locked_by


def idle_for(minutes, ticket):
    """As if the lock were taken so long ago."""
    Ticket.objects.filter(pk=ticket.pk).update(locked_at=timezone.now() - timedelta(minutes=minutes))


def test_ticket_is_taken_once_and_let_go_once(anna, ticket, told):
    for _ in range(2):
        take(ticket=ticket, by=anna)
    taken_by = holder(ticket)
    for _ in range(2):
        let_go(ticket=ticket, by=anna)

    assert (taken_by, holder(ticket)) == (anna, None)
    assert verbs(ticket) == ["locked", "unlocked"]
    assert [facts["change"] for _, facts in told] == ["locked", "unlocked"]


WRITES = {
    "reply": lambda t, by: reply(ticket=t, by=by, text="Mine"),
    "forward": lambda t, by: forward(ticket=t, by=by, to=[Recipient("", "a@shop.example")], text="x"),
    "status": lambda t, by: change_status(ticket=t, by=by, status=Status.CLOSED),
    "priority": lambda t, by: change_priority(ticket=t, by=by, priority=4),
    "tags": lambda t, by: change_tags(ticket=t, by=by, tags=["x"]),
    "assign": lambda t, by: assign(ticket=t, by=by, assignee=by),
    "team": lambda t, by: hand_to_team(ticket=t, by=by, team=TeamFactory()),
    "participant": lambda t, by: participation.add_by_address(ticket=t, by=by, address="a@shop.example"),
    "snooze": lambda t, by: snoozing.snooze(ticket=t, by=by, until=timezone.now() + timedelta(days=1)),
    "move": lambda t, by: moving.move(message=MessageFactory(), to=t, by=by),
    "lock": lambda t, by: take(ticket=t, by=by),
    "unlock": lambda t, by: let_go(ticket=t, by=by),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_others_are_refused_by_a_sentence_that_names_the_holder(boris, held, write):
    before = verbs(held)

    with pytest.raises(Locked, match="Anna Orlova is on this ticket"):
        write(held, boris)

    assert verbs(held) == before


@pytest.mark.parametrize("name", ["reply", "status", "priority", "tags", "assign", "team", "snooze"])
def test_holder_works_as_ever(anna, held, name):
    WRITES[name](held, anna)

    assert len(verbs(held)) == 2


def test_notes_of_others_and_whatever_the_customer_does_are_taken(boris, clara, held):
    note(ticket=held, by=boris, text="Look at the log")
    answer(ticket=held, by=clara, text="Any news?")
    close(ticket=held, by=clara)

    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["Look at the log", "Any news?"]
    assert holder(held) is None


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_finishing_the_ticket_lets_it_go_and_a_finished_one_is_not_taken(anna, held, status):
    change_status(ticket=held, by=anna, status=status)

    assert holder(held) is None
    with pytest.raises(Refused, match="finished"):
        take(ticket=held, by=anna)


def test_reply_that_resolves_lets_the_ticket_go(anna, held):
    reply(ticket=held, by=anna, text="Done", then=Status.RESOLVED)

    assert holder(held) is None


def test_lead_takes_over_and_who_had_it_is_told(anna, boris, held, lead):
    with pytest.raises(NotAllowed):
        take_over(ticket=held, by=boris)
    take_over(ticket=held, by=lead)

    assert holder(held) == lead
    assert verbs(held) == ["locked", "lock_taken_over"]
    [notice] = Delivery.objects.all()
    assert (notice.recipient, notice.content["title"]) == (anna.email, f"Taken over: #{held.number} No mail")


def test_lead_who_takes_over_what_nobody_has_just_takes_it(lead, ticket):
    for _ in range(2):
        take_over(ticket=ticket, by=lead)

    assert holder(ticket) == lead
    assert verbs(ticket) == ["locked"]
    assert not Delivery.objects.exists()


def test_lock_ends_by_itself_when_its_holder_does_nothing(boris, held, settings):
    settings.TICKET_LOCK_MINUTES = 0

    change_priority(ticket=held, by=boris, priority=4)
    released = release_forgotten()

    assert (released, holder(held), verbs(held)[-1]) == (1, None, "lock_timed_out")
    assert release_forgotten() == 0


def test_lock_whose_holder_did_something_lately_stays(anna, boris, held):
    idle_for(40, held)

    with pytest.raises(Locked):
        change_priority(ticket=held, by=boris, priority=4)

    assert release_forgotten() == 0
    assert holder(held) == anna


def test_forgotten_locks_are_found_in_the_same_statements_however_many(anna, settings):
    settings.TICKET_LOCK_MINUTES = 0
    counts = []
    for number in (1, 1, 5):
        for ticket in TicketFactory.create_batch(number):
            take(ticket=ticket, by=anna)
        counts.append(count_of(release_forgotten)[0])

    assert counts[1] == counts[2]


def test_take_is_not_for_who_does_not_work_tickets(accountant, clara, ticket):
    for person in (accountant, clara):
        for action in (take, let_go, take_over):
            with pytest.raises(NotAllowed):
                action(ticket=ticket, by=person)

    assert holder(ticket) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_at_the_same_moment_exactly_one_has_it():
    ticket, people = TicketFactory(), StaffFactory.create_batch(2)
    outcomes, start = [], threading.Barrier(2)

    def try_to_take(person):
        try:
            start.wait()
            take(ticket=ticket, by=person)
            outcomes.append(person)
        except Locked:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_to_take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("refused") == 1
    assert holder(ticket) in outcomes
    assert verbs(ticket) == ["locked"]
