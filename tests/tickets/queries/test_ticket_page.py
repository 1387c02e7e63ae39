"""Reads are prepared once for a role: whoever looks must see their own tickets, not those of who looked first."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Team, User
from tests.factories import (
    GrantFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tickets.enums import Status
from tickets.models import Ticket
from tickets.queries import rail_of, teams_for
from tickets.queries.ticket_page import (
    contacts_of,
    messages_of,
    other_tickets,
    people_of,
    related,
    teams_of,
    ticket_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd():
    """Two of every role that sees a part, each with something of their own, and tickets of all of them."""
    shops, hosting = TeamFactory(name="Shops"), TeamFactory(name="Hosting")
    first, second = StaffFactory(role=Role.CONTRACTOR), StaffFactory(role=Role.CONTRACTOR)
    GrantFactory(contractor=first, team=shops)
    GrantFactory(contractor=second, team=hosting)
    nordlicht, other = OrganisationFactory(), OrganisationFactory()
    customers = [UserFactory(organisation=nordlicht), UserFactory(organisation=other), UserFactory()]
    managers = [UserFactory(organisation=each, role=Role.CUSTOMER_MANAGER) for each in (nordlicht, other)]
    staff = [StaffFactory(), StaffFactory(role=Role.ACCOUNTANT), StaffFactory(role=Role.ADMINISTRATOR)]
    for customer in customers:
        TicketFactory(requester=customer, team=shops)
        TicketFactory(requester=customer, team=hosting, assignee=first)
        old = TicketFactory(requester=customer, status=Status.CLOSED)
        TicketFactory(requester=customer, follow_up_of=old, assignee=staff[0])
    ParticipantFactory(ticket=Ticket.objects.filter(requester=customers[0]).order_by("pk").first(), user=customers[1])
    Team.objects.get(pk=shops.pk).members.add(staff[0])
    return [first, second, *customers, *managers, *staff, UserFactory(is_active=False)]


def test_ticket_for_gives_each_person_exactly_what_is_visible_to_them(crowd):
    for person in [*crowd, *reversed(crowd)]:
        found = {ticket.pk for ticket in Ticket.objects.all() if ticket_for(person, number=ticket.number)}

        assert found == set(Ticket.objects.visible_to(person).values_list("pk", flat=True)), person.role


def test_ticket_for_reads_everything_its_page_says_of_it_at_once(django_assert_num_queries):
    ticket = TicketFactory(requester__organisation=OrganisationFactory(name="Nordlicht"), team=TeamFactory())
    anna = StaffFactory()

    with django_assert_num_queries(1):
        found = ticket_for(anna, number=ticket.number)
        assert (found, found.requester.organisation.name, found.team) == (ticket, "Nordlicht", ticket.team)


def test_other_tickets_and_follow_ups_are_those_each_person_may_see(crowd):
    for person in [*crowd, *reversed(crowd)]:
        visible = Ticket.objects.visible_to(person)
        for ticket in Ticket.objects.select_related("requester"):
            others = visible.filter(requester=ticket.requester).exclude(pk=ticket.pk).order_by("-active_at", "-pk")
            assert other_tickets(ticket, user=person) == list(others[:6])
            assert related(ticket, user=person) == list(visible.filter(follow_up_of=ticket).order_by("pk"))


def test_what_was_merged_here_is_no_other_ticket():
    ticket = TicketFactory()
    merged = TicketFactory(requester=ticket.requester)
    other = TicketFactory(requester=ticket.requester)
    Ticket.objects.filter(pk=merged.pk).update(merged_into=ticket)

    found = {each.pk for each in other_tickets(ticket, user=StaffFactory())}

    assert found == {other.pk}


def test_teams_and_people_are_those_each_person_may_know(crowd):
    named = [crowd[2].pk]
    for person in [*crowd, *reversed(crowd)]:
        choices = set(User.objects.visible_to(person).assignable().values_list("pk", flat=True))

        people = people_of(person, named=named)

        assert teams_of(person) == list(teams_for(person))
        assert {each.pk for each in people if each.is_choice} == choices
        assert {each.pk for each in people} == choices | set(named)


def test_counters_count_what_each_person_may_see(crowd):
    for person in [*crowd[:2], *crowd[-4:-1], *crowd[:2]]:
        unfinished = Ticket.objects.visible_to(person).unfinished()
        visible = unfinished.awake()

        assert rail_of(person).counted == {
            "mine": visible.assigned_to(person).count(),
            "team": visible.of_teams_of(person).count(),
            "unassigned": visible.unassigned().count(),
            "all": visible.count(),
            "snoozed": unfinished.count() - visible.count(),
        }


def test_messages_between_two_keys_are_the_latest_first():
    ticket = TicketFactory()
    said = [MessageFactory(ticket=ticket) for _ in range(5)]
    MessageFactory()

    assert messages_of(ticket, most=3) == said[:1:-1]
    assert messages_of(ticket, most=9, before=said[2].pk) == said[1::-1]
    assert messages_of(ticket, most=9, after=said[2].pk) == said[:2:-1]


def test_contacts_are_those_of_the_people_asked_for():
    clara, colleague, _stranger = UserFactory(), UserFactory(), UserFactory()

    assert [point.value for point in contacts_of([clara.pk, colleague.pk])] == [clara.email, colleague.email]
    assert contacts_of([]) == []
