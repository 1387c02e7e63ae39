"""People at the desk, by the address book."""

import pytest

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of
from tests.factories import GrantFactory, OrganisationFactory, StaffFactory, TeamFactory, UserFactory


@pytest.fixture
def shop(db):
    return OrganisationFactory(name="Nordlicht Shop", domains=["nordlicht.example"])


@pytest.fixture
def clara(shop):
    return UserFactory(name="Clara Weiss", email="clara@nordlicht.example", organisation=shop)


@pytest.fixture
def sergei(db):
    return UserFactory(name="Sergei Stranger", email="sergei@stranger.example")


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def lena(db):
    """A lead: may merge, import and export."""
    return StaffFactory(name="Lena Lead", role=Role.LINE_LEAD)


@pytest.fixture
def marta(db):
    return StaffFactory(name="Marta", role=Role.ACCOUNTANT)


@pytest.fixture
def oleg(db):
    """A contractor who may see the queue `Shops` and nothing else."""
    oleg = StaffFactory(name="Oleg", role=Role.CONTRACTOR)
    GrantFactory(contractor=oleg, team=TeamFactory(name="Shops"))
    return oleg


@pytest.fixture
def desk(anna):
    """Anna's browser."""
    return browser_of(anna)


@pytest.fixture
def lead(lena):
    """Lena's browser."""
    return browser_of(lena)
