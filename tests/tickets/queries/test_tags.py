"""Which tags there are, for whom."""

import pytest

from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.programs import Program, problem_of
from tests.statements import count_of
from tickets.queries.tags import tags_in_use

pytestmark = pytest.mark.django_db
TAGS = "/api/v1/tags/"


@pytest.fixture
def shops():
    return TeamFactory(name="Shops")


@pytest.fixture
def tagged(shops):
    """Two of the queue `Shops`, one of another."""
    TicketFactory(team=shops, tags=["vip", "checkout"])
    TicketFactory(team=shops, tags=["checkout"])
    TicketFactory(team=TeamFactory(), tags=["secret"])


def items(person, query=""):
    return [(each["tag"], each["tickets"]) for each in Program(person).get(f"{TAGS}{query}").json()["items"]]


def test_most_used_come_first_and_those_that_begin_so(tagged):
    anna = StaffFactory()

    assert items(anna) == [("checkout", 2), ("secret", 1), ("vip", 1)]
    assert items(anna, "?q=CHE") == [("checkout", 2)]
    assert items(anna, "?limit=1") == [("checkout", 2)]


def test_contractor_learns_no_tag_of_another_queue(tagged, shops):
    oleg = StaffFactory(role="contractor")
    assert items(oleg) == []

    GrantFactory(contractor=oleg, team=shops)

    assert items(oleg) == [("checkout", 2), ("vip", 1)]


def test_customer_is_told_of_no_tag(tagged):
    assert problem_of(Program(UserFactory()).get(TAGS))["status"] == 403


def test_tags_take_one_statement_however_many_there_are(tagged):
    anna = StaffFactory()

    count, statements = count_of(lambda: tags_in_use(anna, most=50))

    assert count == 1, statements
