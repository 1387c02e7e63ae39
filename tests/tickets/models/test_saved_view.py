"""Whose rail a saved view stands in."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import GrantFactory, SavedViewFactory, StaffFactory, TeamFactory, UserFactory
from tickets.enums import Audience
from tickets.models import SavedView


@pytest.fixture
def line_1(db):
    """A team that has a view, beside a private one, everybody's and another team's."""
    team, lead = TeamFactory(), StaffFactory(role=Role.LINE_LEAD)
    SavedViewFactory(name="everybody's", owner=lead, audience=Audience.EVERYBODY)
    SavedViewFactory(name="the team's", owner=lead, audience=Audience.TEAM, team=team)
    SavedViewFactory(name="another team's", owner=lead, audience=Audience.TEAM, team=TeamFactory())
    SavedViewFactory(name="private", owner=lead)
    return team


def names(person):
    return [view.name for view in SavedView.objects.visible_to(person).by_name()]


STAFF = [Role.AGENT, Role.LINE_LEAD, Role.PROJECT_MANAGER, Role.SALES, Role.ACCOUNTANT, Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", STAFF)
def test_staff_see_their_own_their_teams_and_everybodys(line_1, role):
    member, other = StaffFactory(role=role), StaffFactory(role=role)
    line_1.members.add(member)
    SavedViewFactory(name="own", owner=member)

    assert names(member) == ["everybody's", "own", "the team's"]
    assert names(other) == ["everybody's"]


def test_contractor_sees_their_own_alone_whatever_teams_they_are_let_into(line_1):
    oleg = StaffFactory(role=Role.CONTRACTOR)
    GrantFactory(contractor=oleg, team=line_1)
    line_1.members.add(oleg)
    SavedViewFactory(name="own", owner=oleg)

    assert names(oleg) == ["own"]


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER])
def test_customers_see_none(line_1, role):
    person = UserFactory(role=role)
    SavedViewFactory(name="own", owner=person)

    assert names(person) == []


@pytest.mark.django_db
def test_views_stand_by_name_in_either_case():
    anna = StaffFactory()
    for name in ("b", "C", "a"):
        SavedViewFactory(owner=anna, name=name)

    assert names(anna) == ["a", "b", "C"]
