"""Customers at the cabinet's door, and staff who have no business there."""

import pytest
from django.test import Client

from helpdesk.accounts.enums import Role
from tests.factories import OrganisationFactory, StaffFactory, TeamFactory, UserFactory

BACKEND = "helpdesk.accounts.backends.Backend"


def browser_of(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def shop(db):
    return OrganisationFactory(name="Nordlicht Shop")


@pytest.fixture
def clara(shop):
    """Follows every request of the shop."""
    return UserFactory(name="Clara Weiss", email="clara@shop.example", role=Role.CUSTOMER_MANAGER, organisation=shop)


@pytest.fixture
def jonas(shop):
    """Follows his own."""
    return UserFactory(name="Jonas Weber", email="jonas@shop.example", organisation=shop)


@pytest.fixture
def sergei(db):
    return UserFactory(name="Sergei Stranger", email="sergei@stranger.example")


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def line_1(anna):
    team = TeamFactory(name="Line 1")
    team.members.add(anna)
    return team


@pytest.fixture
def browse():
    """A browser of somebody's."""
    return browser_of


@pytest.fixture
def claras(clara):
    return browser_of(clara)


@pytest.fixture
def jonases(jonas):
    return browser_of(jonas)
