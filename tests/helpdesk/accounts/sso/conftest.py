"""Sites and people for the tests of single sign-on."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import StaffFactory
from tests.peers.sites import SiteClient, make_site

PASSWORD = "a long sentence of hers"


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Berg", email="anna@helpdesk.example", password=PASSWORD)


@pytest.fixture
def shop(db):
    """A site of our own, with a secret, that speaks to us through the test's own client."""
    site, secret = make_site("Shop", allowed_roles=[Role.AGENT, Role.ADMINISTRATOR])
    return SiteClient(site, secret)


@pytest.fixture
def wiki(db):
    site, secret = make_site("Wiki", allowed_roles=[Role.AGENT, Role.CUSTOMER])
    return SiteClient(site, secret)


@pytest.fixture
def browser(client, anna):
    """Anna's, signed in."""
    client.force_login(anna)
    return client
