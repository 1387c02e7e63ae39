import time

import pytest
from django.db import connection
from psycopg import connect

from tests.statements import at_most

pytestmark = pytest.mark.django_db(transaction=True)


PLACE = ("dbname", "host", "port", "user", "password")


def end_session(backend):
    """End that session of the server from another one, as a restart does."""
    parameters = connection.get_connection_params()
    with connect(**{name: parameters[name] for name in PLACE if name in parameters}, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [backend])


def test_is_usable_when_the_server_is_there_then_costs_no_statement():
    connection.ensure_connection()

    with at_most(0):
        assert connection.is_usable()


def test_is_usable_when_the_server_ended_the_session_then_says_so():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    end_session(backend)

    deadline = time.monotonic() + 10
    while connection.is_usable() and time.monotonic() < deadline:
        time.sleep(0.01)

    assert not connection.is_usable()
    connection.close()


def test_is_usable_when_closed_by_us_then_no():
    connection.ensure_connection()
    connection.connection.close()

    assert not connection.is_usable()
    connection.close()
