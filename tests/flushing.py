"""Emptying the database between committing tests.

Append-only tables refuse TRUNCATE, save from a replica. What Django itself wrote of our models stays where it is: to
write it anew (`post_migrate`) took fifteen times as long as all the emptying.
"""

from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}

_sql_flush, _execute = DatabaseOperations.sql_flush, DatabaseOperations.execute_sql_flush


def sql_flush(self: DatabaseOperations, style: Any, tables: list[str], **options: bool) -> list[str]:
    """Django's own, without the tables that are `KEPT`; they refer to no other."""
    return _sql_flush(self, style, [table for table in tables if table not in KEPT], **options)


def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Django's own, with the triggers asleep (`session_replication_role`) until its transaction ends."""
    _execute(self, ["SET LOCAL session_replication_role = replica", *sql_list] if sql_list else sql_list)


def empty(self: TransactionTestCase) -> None:
    """After each committing test. What a migration wrote is written again: the rules of roles, undecided."""
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    rules = apps.get_model("accounts", "RoleRule").objects
    rules.bulk_create([rules.model(role=role) for role, _label in rules.model._meta.get_field("role").choices])


DatabaseOperations.sql_flush = sql_flush
DatabaseOperations.execute_sql_flush = execute_sql_flush
TransactionTestCase._fixture_teardown = empty
