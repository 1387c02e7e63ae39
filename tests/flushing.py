"""Emptying the database between committing tests: append-only tables refuse TRUNCATE, save from a replica."""

from django.db.backends.postgresql.operations import DatabaseOperations

_execute = DatabaseOperations.execute_sql_flush


def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Django's own, with the triggers asleep (`session_replication_role`) until its transaction ends."""
    _execute(self, ["SET LOCAL session_replication_role = replica", *sql_list] if sql_list else sql_list)


DatabaseOperations.execute_sql_flush = execute_sql_flush
