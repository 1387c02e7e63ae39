"""Questions that lists ask of tickets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from tests.factories import (
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tests.statements import count_of
from tickets.enums import FINISHED, UNFINISHED, Status
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def clara():
    return UserFactory(name="Clara", organisation=OrganisationFactory())


def test_every_status_is_either_finished_or_not():
    assert sorted([*FINISHED, *UNFINISHED]) == sorted(Status)


@pytest.mark.parametrize("status", Status)
def test_ticket_is_found_as_what_its_status_says(status):
    ticket = TicketFactory(status=status)

    found = (list(Ticket.objects.finished()), list(Ticket.objects.unfinished()))
    assert found == (([ticket], []) if status in FINISHED else ([], [ticket]))
    assert ticket.is_finished is (status in FINISHED)


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER])
def test_requests_that_involve_a_person_are_those_they_asked_and_take_part_in(clara, role):
    clara.role = role
    asked, takes_part = TicketFactory(requester=clara), TicketFactory()
    both, removed = TicketFactory(requester=clara), TicketFactory()
    TicketFactory(requester=UserFactory(organisation=clara.organisation))
    for ticket in (takes_part, both):
        ParticipantFactory(ticket=ticket, user=clara)
        ParticipantFactory(ticket=ticket)
    ParticipantFactory(ticket=removed, user=clara, is_active=False)
    ParticipantFactory(ticket=removed)

    assert sorted(Ticket.objects.involving(clara), key=lambda each: each.pk) == [asked, takes_part, both]


def test_what_waits_for_the_customer_comes_first_then_what_is_open_then_the_rest():
    now = timezone.now()

    def ticket(status, minutes):
        return TicketFactory(status=status, active_at=now - timedelta(minutes=minutes))

    closed, opened, on_hold = ticket(Status.CLOSED, 0), ticket(Status.OPEN, 5), ticket(Status.ON_HOLD, 4)
    old, waiting, resolved = ticket(Status.WAITING, 99), ticket(Status.WAITING, 50), ticket(Status.RESOLVED, 1)
    new = ticket(Status.NEW, 4)

    assert list(Ticket.objects.waiting_first()) == [waiting, old, new, on_hold, opened, closed, resolved]


def test_queues_are_told_apart(clara):
    anna, boris = StaffFactory(), StaffFactory()
    mine, other = TeamFactory(), TeamFactory()
    mine.members.add(anna, boris)
    other.members.add(boris)
    hers = TicketFactory(assignee=anna, team=other)
    theirs, nobodys = TicketFactory(assignee=boris, team=mine), TicketFactory()

    assert list(Ticket.objects.assigned_to(anna)) == [hers]
    assert list(Ticket.objects.of_teams_of(anna)) == [theirs]
    assert set(Ticket.objects.of_teams_of(boris)) == {hers, theirs}
    assert list(Ticket.objects.unassigned()) == [nobodys]


def test_row_of_a_list_and_page_ask_for_nothing_more(clara):
    TicketFactory(
        requester=clara, organisation=clara.organisation, assignee=StaffFactory(), team=TeamFactory(),
        follow_up_of=TicketFactory(),
    )  # fmt: skip

    def row():
        [ticket, _] = Ticket.objects.for_list().order_by("-pk")
        who = (ticket.requester.name, ticket.organisation.name, ticket.assignee.name)
        return who, ticket.subject, ticket.status, ticket.priority, ticket.tags, ticket.snippet, ticket.awaits_approval

    def page():
        [ticket, _] = Ticket.objects.for_page().order_by("-pk")
        return ticket.requester.organisation.name, ticket.assignee.name, ticket.team.name, ticket.follow_up_of.number

    assert [count_of(row)[0], count_of(page)[0]] == [1, 1]


@pytest.mark.parametrize("role", Role)
def test_who_is_switched_off_sees_no_ticket_at_all(clara, role):
    clara.role, clara.is_active = role, False
    TicketFactory(requester=clara, assignee=clara)
    ParticipantFactory(user=clara)

    assert list(Ticket.objects.visible_to(clara)) == []


def test_numbers_of_tickets_only_grow():
    numbers = [TicketFactory().number for _ in range(3)]

    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
