"""Who sees a ticket and why says exactly what `visible_to` says, for everybody in worlds made by chance."""

import random

import pytest
from django.utils import timezone

from helpdesk.accounts import policy
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule, User
from tests.factories import (
    GrantFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tests.statements import count_of
from tickets.models import Ticket, Watcher
from tickets.queries.access import reasons, relations_of, seeing_roles, seers

pytestmark = pytest.mark.django_db
HOUR = timezone.timedelta(hours=1)


def world(chance):
    """People of every role, some switched off; tickets of theirs; grants that hold, will end, or have ended."""
    shops, teams = [OrganisationFactory() for _ in range(2)], [TeamFactory() for _ in range(3)]
    people = []
    for role in [*Role.values, *Role.values]:
        make = UserFactory if role.startswith("customer") else StaffFactory
        fields = {"organisation": chance.choice([None, *shops]), "is_active": chance.random() > 0.15}
        people.append(make(role=role, **fields))
    customers = [each for each in people if each.is_customer]
    for _ in range(8):
        ticket = TicketFactory(
            requester=chance.choice(people),
            organisation=chance.choice([None, *shops]),
            team=chance.choice([None, *teams]),
            assignee=chance.choice([None, None, *people]),
        )
        for person in chance.sample(customers, 2) + chance.sample(people, 2):
            if not ticket.participants.filter(user=person).exists():
                ParticipantFactory(ticket=ticket, user=person, is_active=chance.random() > 0.3)
    for person in people:
        for team in chance.sample(teams, chance.randint(0, 2)):
            GrantFactory(contractor=person, team=team, until=chance.choice([None, timezone.now() + HOUR, PAST]))
    return people


PAST = timezone.now() - HOUR


@pytest.mark.parametrize("seed", range(6))
def test_reasons_are_given_to_exactly_those_who_see_the_ticket(seed):
    chance = random.Random(seed)
    people = world(chance)
    if seed % 2:  # somebody decided otherwise about roles
        RoleRule.objects.filter(role=Role.AGENT).update(capabilities=["enter_desk", "work_tickets"])
        RoleRule.objects.filter(role=Role.CUSTOMER).update(capabilities=["enter_cabinet", "see_organisation_tickets"])
        policy.read()
    roles = {role.role for role in seeing_roles()}

    for ticket in Ticket.objects.order_by("pk"):
        relations = relations_of(ticket)
        named = {seer.person.pk for seer in seers(ticket)}
        for person in people:
            sees = Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
            assert bool(reasons(person, ticket, relations)) is sees, (person.role, ticket.pk)
            by_role = person.is_active and person.role in roles
            assert (person.pk in named or by_role) is sees, (person.role, ticket.pk)
            assert not (person.pk in named and by_role)


def test_everybody_is_asked_about_and_not_only_those_of_the_world():
    ticket = TicketFactory(requester=UserFactory(organisation=OrganisationFactory()))
    boss = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=ticket.organisation)

    assert {seer.person for seer in seers(ticket)} == set(User.objects.filter(pk__in=[ticket.requester_id, boss.pk]))


def test_every_reason_is_named_with_its_end_and_who_is_told():
    oleg = GrantFactory(until=timezone.now() + HOUR).contractor
    ticket = TicketFactory(team=oleg.grants.get().team, assignee=oleg)
    Watcher.objects.create(ticket=ticket, user=oleg)

    found = {seer.person: seer for seer in seers(ticket)}

    assert [reason.word for reason in found[oleg].reasons] == ["grant", "assignee"]
    assert found[oleg].reasons[0].until == oleg.grants.get().until
    assert (found[oleg].is_told, found[ticket.requester].is_told) == (True, False)


def test_statements_are_as_many_for_one_as_for_three():
    ticket = TicketFactory(team=TeamFactory())
    ParticipantFactory(ticket=ticket)
    GrantFactory(team=ticket.team)
    one, first = count_of(lambda: (seers(ticket), seeing_roles()))

    for _ in range(2):
        ParticipantFactory(ticket=ticket)
        GrantFactory(team=ticket.team)
    three, text = count_of(lambda: (seers(ticket), seeing_roles()))

    assert one == three == 5, first + text
