"""Status, priority and tags."""

import pytest

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import TicketFactory
from tickets.actions.status import change_priority, change_status, change_tags, close, reopen, tag_of
from tickets.enums import Priority, Status


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


@pytest.mark.parametrize("before", Status.values)
@pytest.mark.parametrize("after", Status.values)
def test_every_status_can_follow_every_other(anna, told, before, after):
    ticket = TicketFactory(status=before)

    change_status(ticket=ticket, by=anna, status=after)

    ticket.refresh_from_db()
    assert ticket.status == after
    assert (ticket.resolved_at is not None) == (after in ("resolved", "closed"))
    assert (ticket.closed_at is not None) == (after == "closed")
    changed = before != after
    assert lines(ticket) == [("status_changed", {"before": before, "after": after})] * changed
    assert [name for name, facts in told] == ["ticket_changed"] * changed


def test_closing_what_was_resolved_keeps_the_time_of_that(anna):
    ticket = TicketFactory(status=Status.RESOLVED)
    resolved_at = ticket.resolved_at

    change_status(ticket=ticket, by=anna, status=Status.CLOSED)

    ticket.refresh_from_db()
    assert ticket.resolved_at == resolved_at


def test_status_that_does_not_exist_is_refused(anna, ticket):
    with pytest.raises(Refused, match="There is no such status"):
        change_status(ticket=ticket, by=anna, status="exploded")


def test_customer_closes_and_reopens_their_request(clara, ticket):
    close(ticket=ticket, by=clara)
    ticket.refresh_from_db()
    closed = ticket.status

    reopen(ticket=ticket, by=clara)

    ticket.refresh_from_db()
    assert (closed, ticket.status) == (Status.RESOLVED, Status.OPEN)


def test_closing_twice_and_reopening_what_is_open_is_not_allowed(clara, ticket):
    with pytest.raises(NotAllowed):
        reopen(ticket=ticket, by=clara)
    close(ticket=ticket, by=clara)
    with pytest.raises(NotAllowed):
        close(ticket=ticket, by=clara)


def test_priority_is_set_and_set_again_changes_nothing(anna, ticket):
    change_priority(ticket=ticket, by=anna, priority=Priority.URGENT)
    change_priority(ticket=ticket, by=anna, priority=Priority.URGENT)

    ticket.refresh_from_db()
    assert ticket.priority == Priority.URGENT
    assert lines(ticket) == [("priority_changed", {"before": 2, "after": 4})]


@pytest.mark.parametrize("priority", [0, 5, -1])
def test_priority_that_does_not_exist_is_refused(anna, ticket, priority):
    with pytest.raises(Refused, match="There is no such priority"):
        change_priority(ticket=ticket, by=anna, priority=priority)


def test_tags_are_exactly_those_given_in_normal_form(anna):
    ticket = TicketFactory(tags=["old"])

    change_tags(ticket=ticket, by=anna, tags=["Payments", " payments ", "", "two words", "1С"])

    ticket.refresh_from_db()
    assert ticket.tags == ["payments", "two-words", "1с"]
    assert lines(ticket) == [("tags_changed", {"before": ["old"], "after": ["payments", "two-words", "1с"]})]


def test_same_tags_again_write_no_line(anna):
    ticket = TicketFactory(tags=["a"])

    change_tags(ticket=ticket, by=anna, tags=["A"])

    assert lines(ticket) == []


def test_more_than_twenty_tags_are_refused(anna, ticket):
    with pytest.raises(Refused, match="at most 20 tags"):
        change_tags(ticket=ticket, by=anna, tags=[str(number) for number in range(21)])


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("C++", "c++"),
        ("c#", "c#"),
        ("<b>x</b>", "b-x-/b"),
        ("a,b\tc", "a-b-c"),
        ("---", ""),
        ("x" * 60, "x" * 50),
        ("\u202ea", "a"),
    ],
)
def test_tag_has_one_normal_form(word, tag):
    assert tag_of(word) == tag


def test_none_of_it_is_for_who_does_not_work_tickets(accountant, clara, ticket):
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            change_status(ticket=ticket, by=person, status=Status.CLOSED)
        with pytest.raises(NotAllowed):
            change_priority(ticket=ticket, by=person, priority=Priority.LOW)
        with pytest.raises(NotAllowed):
            change_tags(ticket=ticket, by=person, tags=["x"])

    assert lines(ticket) == []
