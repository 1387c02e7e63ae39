"""People at the doors."""

import pytest
from django.test import Client

from helpdesk.accounts.enums import Role
from tests.factories import GrantFactory, OrganisationFactory, StaffFactory, TeamFactory, UserFactory

BACKEND = "helpdesk.accounts.backends.Backend"


def browser_of(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def line_1(anna):
    team = TeamFactory(name="Line 1")
    team.members.add(anna)
    return team


@pytest.fixture
def clara(db):
    organisation = OrganisationFactory(name="Nordlicht Shop")
    return UserFactory(name="Clara Weiss", email="clara@nordlicht.example", organisation=organisation)


@pytest.fixture
def sergei(db):
    return UserFactory(name="Sergei Stranger", email="sergei@stranger.example")


@pytest.fixture
def oleg(db):
    """A contractor who may see the queue `Shops` and nothing else."""
    oleg = StaffFactory(name="Oleg", email="oleg@contractor.example", role=Role.CONTRACTOR)
    GrantFactory(contractor=oleg, team=TeamFactory(name="Shops"))
    return oleg


@pytest.fixture
def accountant(db):
    return StaffFactory(name="Marta", email="marta@helpdesk.example", role=Role.ACCOUNTANT)


@pytest.fixture
def desk(anna):
    """Anna's browser."""
    return browser_of(anna)


@pytest.fixture
def browse():
    """A browser of somebody else's."""
    return browser_of
