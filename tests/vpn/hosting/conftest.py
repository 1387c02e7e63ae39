"""Anna sees the vault, Pavel and Lena keep it, Oleg is a contractor. Clara manages the shop's people, Carl is a
colleague of hers, Sergei a stranger."""

import pytest

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from tests.vpn.hosting.makers import an_entry, put


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example", language="en")


@pytest.fixture
def pavel(db):
    return StaffFactory(name="Pavel Novak", email="pavel@helpdesk.example", language="en", role=Role.PROJECT_MANAGER)


@pytest.fixture
def lena(db):
    return StaffFactory(name="Lena Brandt", email="lena@helpdesk.example", language="en", role=Role.LINE_LEAD)


@pytest.fixture
def oleg(db):
    return StaffFactory(name="Oleg Marchenko", email="oleg@contractor.example", language="en", role=Role.CONTRACTOR)


@pytest.fixture
def shop(db):
    return OrganisationFactory(name="Nordlicht Shop")


@pytest.fixture
def clara(shop):
    return UserFactory(
        name="Clara Weiss",
        email="clara@shop.example",
        language="en",
        organisation=shop,
        role=Role.CUSTOMER_MANAGER,
    )


@pytest.fixture
def carl(shop):
    return UserFactory(name="Carl Brandt", email="carl@shop.example", language="en", organisation=shop)


@pytest.fixture
def sergei(db):
    return UserFactory(
        name="Sergei Petrov",
        email="sergei@stranger.example",
        language="en",
        organisation=OrganisationFactory(name="Werft"),
    )


@pytest.fixture
def ticket(clara, shop):
    return TicketFactory(requester=clara, organisation=shop, subject="The basket is empty")


@pytest.fixture
def server(shop, pavel):
    return an_entry(shop, pavel)


@pytest.fixture
def root(server, pavel):
    return put(server, pavel)


@pytest.fixture
def desk(anna):
    return browser_of(anna)


@pytest.fixture
def keeping(pavel):
    return browser_of(pavel)
