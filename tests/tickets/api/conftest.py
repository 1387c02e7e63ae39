"""People whose programs use the API."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import GrantFactory, OrganisationFactory, StaffFactory, TeamFactory, UserFactory
from tests.programs import Program


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def clara(db):
    shop = OrganisationFactory(name="Nordlicht Shop", domains=["nordlicht.example"])
    return UserFactory(name="Clara Weiss", email="clara@nordlicht.example", organisation=shop)


@pytest.fixture
def sergei(db):
    return UserFactory(name="Sergei Stranger", email="sergei@stranger.example")


@pytest.fixture
def oleg(db):
    """A contractor who is granted the queue `Shops`."""
    oleg = StaffFactory(name="Oleg", email="oleg@contractor.example", role=Role.CONTRACTOR)
    GrantFactory(contractor=oleg, team=TeamFactory(name="Shops"))
    return oleg


@pytest.fixture
def admin(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def program():
    """A program of somebody's: `program(anna).get(...)`."""
    return Program
