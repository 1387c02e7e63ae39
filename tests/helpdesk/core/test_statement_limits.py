"""How long one statement of a page may take."""

import pytest
from django.db import OperationalError, connection

from helpdesk.core.context import acting_from

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opened_from():
    """Opens the connection anew as if from a door; returns what PostgreSQL then says of the limit."""

    def opened(door: str) -> str:
        connection.close()
        with acting_from(door), connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    yield opened
    connection.close()


@pytest.mark.parametrize(("door", "limit"), [("web", "10s"), ("api", "10s"), ("mail", "0"), ("command", "0")])
def test_connection_when_a_request_opens_it_then_its_statements_have_a_limit(opened_from, door, limit):
    assert opened_from(door) == limit


def test_connection_when_the_setting_is_nought_then_there_is_no_limit(opened_from, settings):
    settings.DATABASE_STATEMENT_TIMEOUT_MS = 0

    assert opened_from("web") == "0"


def test_statement_when_it_takes_longer_then_it_is_ended(opened_from, settings):
    settings.DATABASE_STATEMENT_TIMEOUT_MS = 50
    opened_from("web")

    with pytest.raises(OperationalError, match="statement timeout"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
