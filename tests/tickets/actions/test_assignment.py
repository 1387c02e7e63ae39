"""Whose ticket it is."""

import pytest

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, TeamFactory, TicketFactory
from tickets.actions.assignment import assign, hand_to_team
from tickets.enums import Status


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


@pytest.mark.parametrize(("before", "after"), [("new", "open"), ("waiting", "waiting"), ("closed", "closed")])
def test_assigning_opens_a_new_ticket_and_leaves_others_as_they_stand(anna, told, before, after):
    ticket = TicketFactory(status=before)

    assign(ticket=ticket, by=anna, assignee=anna)

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (anna, after)
    assert lines(ticket) == [("assigned", {"before": None, "after": anna.pk})]
    assert [(name, facts["change"]) for name, facts in told] == [("ticket_changed", "assigned")]


def test_assigning_to_nobody_takes_it_from_whoever_had_it(anna):
    ticket = TicketFactory(assignee=anna)

    assign(ticket=ticket, by=anna, assignee=None)

    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert lines(ticket) == [("assigned", {"before": anna.pk, "after": None})]


def test_assigning_to_who_has_it_changes_nothing(anna, told):
    ticket = TicketFactory(assignee=anna, status=Status.NEW)

    assign(ticket=ticket, by=anna, assignee=anna)

    assert (lines(ticket), told) == ([], [])


def test_assigning_to_who_does_not_work_tickets_is_refused(anna, accountant, clara, ticket):
    off = StaffFactory(is_active=False)

    for person in (accountant, clara, off):
        with pytest.raises(Refused, match="does not work tickets"):
            assign(ticket=ticket, by=anna, assignee=person)


def test_another_team_takes_the_ticket_from_who_is_not_of_it(anna):
    team = TeamFactory()
    ticket = TicketFactory(assignee=anna)

    hand_to_team(ticket=ticket, by=anna, team=team)

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (team, None)
    assert lines(ticket) == [("team_changed", {"before": None, "after": team.pk, "unassigned": anna.pk})]


def test_another_team_leaves_the_ticket_to_a_member(anna):
    team = TeamFactory()
    team.members.add(anna)
    ticket = TicketFactory(assignee=anna)

    hand_to_team(ticket=ticket, by=anna, team=team)

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (team, anna)
    assert lines(ticket) == [("team_changed", {"before": None, "after": team.pk})]


def test_team_switched_off_gets_no_tickets(anna, ticket):
    with pytest.raises(Refused, match="is switched off"):
        hand_to_team(ticket=ticket, by=anna, team=TeamFactory(is_active=False))


def test_same_team_again_changes_nothing(anna, told):
    team = TeamFactory()
    ticket = TicketFactory(team=team, assignee=anna)

    hand_to_team(ticket=ticket, by=anna, team=team)

    ticket.refresh_from_db()
    assert (ticket.assignee, lines(ticket), told) == (anna, [], [])


def test_neither_is_for_who_does_not_work_tickets(accountant, clara, ticket):
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            assign(ticket=ticket, by=person, assignee=None)
        with pytest.raises(NotAllowed):
            hand_to_team(ticket=ticket, by=person, team=None)
