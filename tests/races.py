"""Losing a race, as PostgreSQL itself tells of it."""

from collections.abc import Callable

import pytest
from django.db import connection

from helpdesk.core import retrying


def lose_first_insert(table: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Until the test's transaction ends: the first row written into `table` fails its transaction as a lost deadlock
    does (SQLSTATE 40P01), later ones are written. Returns what tells how many were tried.

    Between two tries Django looks whether its connection is still good; it takes one inside a test's transaction for
    spoilt, so here it does not look.
    """
    monkeypatch.setattr(retrying, "close_old_connections", lambda: None)
    with connection.cursor() as cursor:
        # What a sequence counts stays counted when its transaction is undone.
        cursor.execute(f"""
            CREATE SEQUENCE races_tried;
            CREATE FUNCTION races_lose() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('races_tried') = 1 THEN
                    RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER races_lose BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION races_lose();
        """)

    def tried() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM races_tried")
            return int(cursor.fetchone()[0])

    return tried
