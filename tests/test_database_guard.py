"""The guard against writing reads."""

import pytest
from django.db import connection, transaction

from tests.database import Wrote, refusing_writes
from tests.factories import TicketFactory
from tickets.models import Ticket


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO django_session VALUES ('a', 'b', now())",
        "update tickets_ticket set subject = 'x'",
        "  DELETE FROM tickets_ticket",
        "WITH gone AS (DELETE FROM tickets_ticket RETURNING id) SELECT * FROM gone",
        "TRUNCATE tickets_ticket CASCADE",
        "LOCK TABLE tickets_ticket",
    ],
)
def test_statement_that_writes_is_refused(db, statement):
    with pytest.raises(Wrote), refusing_writes(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_statements_that_read_pass(db):
    ticket = TicketFactory()

    with refusing_writes(), transaction.atomic():
        assert list(Ticket.objects.all()) == [ticket]
        with connection.cursor() as cursor:
            cursor.execute("WITH one AS (SELECT 1 AS n) SELECT n FROM one")
            assert cursor.fetchone() == (1,)
