"""Pages hear of the tickets that their person may see, each change, also those that came while they were away."""

import pytest
from django.db import transaction

from helpdesk.accounts.actions.grants import change_grants
from helpdesk.accounts.enums import Role
from helpdesk.journal.actions import record
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.live import bus, happenings
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.signals import delivery_changed
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory
from tests.peers.live import opened
from tests.statements import count_of
from tickets.actions.assignment import assign, hand_to_team
from tickets.actions.merging import merge
from tickets.actions.status import change_priority
from tickets.enums import Priority
from tickets.screens import changes_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", role=Role.LINE_LEAD)


@pytest.fixture
def oleg():
    return StaffFactory(name="Oleg", role=Role.CONTRACTOR)


def numbers(told):
    """Of the tickets that a page was told of in its lists."""
    event, data = told
    assert event == "rows", told
    return data.split()[1:]


def press(ticket, by):
    change_priority(ticket=ticket, by=by, priority=Priority.HIGH)


def test_page_when_its_ticket_and_another_change_then_it_is_told_which(port, anna):
    ticket, other = TicketFactory(), TicketFactory()
    with opened(port, ticket, anna) as page:
        press(ticket, anna)
        own = page.hears("page")
        of_it = numbers(page.hears("rows"))
        press(other, anna)
        beside = numbers(page.hears("page", "rows"))

    assert own == ("page", "")
    assert (of_it, beside) == ([str(ticket.number)], [str(other.number)])


def test_page_when_a_merged_ticket_changes_then_the_page_of_the_whole_is_told(port, anna):
    ticket, source = TicketFactory(), TicketFactory()
    merge(source=source, target=ticket, by=anna, is_confirmed=True)
    with opened(port, ticket, anna) as page:
        with transaction.atomic():
            record(verb="noted", subject=source, by=anna)

        assert page.hears("page") == ("page", "")


def test_contractor_when_tickets_change_then_they_hear_of_their_own_alone(port, anna, oleg):
    team, elsewhere = TeamFactory(), TeamFactory()
    GrantFactory(contractor=oleg, team=team)
    hidden, granted = TicketFactory(team=elsewhere), TicketFactory(team=team)
    with opened(port, None, oleg) as page:
        press(hidden, anna)
        press(granted, anna)
        first = numbers(page.hears("rows"))
        assign(ticket=hidden, by=anna, assignee=oleg)
        given = numbers(page.hears("rows"))
        assign(ticket=hidden, by=anna, assignee=None)
        taken = numbers(page.hears("rows"))
        hand_to_team(ticket=granted, by=anna, team=elsewhere)
        moved = numbers(page.hears("rows"))

    assert first == moved == [str(granted.number)]
    assert given == taken == [str(hidden.number)]


def test_contractor_when_one_of_two_queues_is_withdrawn_then_the_stream_goes_on_without_it(port, anna, oleg):
    ada, kept, ended = StaffFactory(role=Role.ADMINISTRATOR), TeamFactory(), TeamFactory()
    for team in (kept, ended):
        GrantFactory(contractor=oleg, team=team)
    hidden, seen = TicketFactory(team=ended), TicketFactory(team=kept)
    with opened(port, None, oleg) as page:
        change_grants(person=oleg, queues={kept: None}, by=ada)
        press(seen, anna)
        page.hears("rows")  # whoever hears of what came after it was asked for again
        press(hidden, anna)
        change_priority(ticket=seen, by=anna, priority=Priority.LOW)

        assert numbers(page.hears("rows")) == [str(seen.number)]


def test_page_when_it_comes_again_then_it_is_told_what_it_missed_and_nothing_twice(port, anna):
    one, two, three = TicketFactory(), TicketFactory(), TicketFactory()
    with opened(port, None, anna) as page:
        press(one, anna)
        page.hears("rows")
        heard = page.heard
    press(two, anna)
    press(three, anna)

    with opened(port, None, anna, heard=heard) as again:
        missed = numbers(again.hears())
        while len(missed) < 2:  # the reader of the stream may be at the first of them yet
            missed += numbers(again.hears())
        heard = again.heard
    with opened(port, None, anna, heard=heard) as third:
        change_priority(ticket=one, by=anna, priority=Priority.LOW)
        new = numbers(third.hears())

    assert missed == [str(two.number), str(three.number)]
    assert new == [str(one.number)]


@pytest.mark.parametrize("heard", ["1-0", "nonsense"])
def test_page_when_it_was_away_for_too_long_then_it_is_told_to_look_at_everything(port, anna, heard):
    with opened(port, None, anna, heard=heard) as page:
        event, _pace = page.hears()

    assert event == "reload"


def test_page_when_valkey_was_emptied_then_it_looks_at_everything_and_goes_on_hearing(port, anna):
    ticket = TicketFactory()
    with opened(port, None, anna) as page:
        press(ticket, anna)
        page.hears("rows")
        bus.forgiving(None, lambda client: client.delete(happenings.stream_key()))

        change_priority(ticket=ticket, by=anna, priority=Priority.LOW)
        first = page.hears("reload", "rows")
        change_priority(ticket=ticket, by=anna, priority=Priority.NORMAL)

        assert first[0] == "reload"
        assert numbers(page.hears("rows")) == [str(ticket.number)]


def test_mail_when_it_has_gone_then_the_page_of_its_ticket_is_told(port, anna):
    ticket = TicketFactory()
    row = Delivery(conversation=ticket.number, purpose=Purpose.REPLY, state=DeliveryState.SENT)
    with opened(port, ticket, anna) as page:
        delivery_changed.send(sender=Delivery, deliveries=[row, Delivery(conversation=None)])

        assert page.hears("page") == ("page", "")


def test_changes_of_when_there_are_many_then_one_statement_and_nothing_of_those_that_are_gone():
    tickets = [TicketFactory(team=TeamFactory(), assignee=StaffFactory()) for _ in range(3)]
    keys = [str(tickets[0].pk), f"#{tickets[1].number}", str(tickets[2].pk), "999999999"]

    statements, _ran = count_of(lambda: changes_of(keys))
    found = changes_of(keys)

    first = tickets[0]
    assert statements == 1
    assert "999999999" not in found
    assert found[str(first.pk)] == happenings.Change(
        str(first.number),
        frozenset(
            {
                "tickets",
                f"ticket:{first.number}",
                f"tickets:team:{first.team_id}",
                f"tickets:person:{first.assignee_id}",
            }
        ),
    )
    assert found[keys[1]].word == str(tickets[1].number)


def test_change_when_it_is_rolled_back_then_nobody_is_told(anna):
    ticket = TicketFactory()
    before = bus.forgiving(None, lambda client: client.xrevrange(happenings.stream_key(), count=1))

    with transaction.atomic():
        press(ticket, anna)
        transaction.set_rollback(True)

    assert bus.forgiving(None, lambda client: client.xrevrange(happenings.stream_key(), count=1)) == before
