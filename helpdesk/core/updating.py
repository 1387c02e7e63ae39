"""Rows that get each values of their own, written in one statement however many they are."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models


def update_together(rows: Iterable[models.Model], columns: Sequence[str]) -> None:
    """Write these fields of rows of one model as they stand in memory. The caller has locked the rows.

    https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-JSON-PROCESSING
    """
    changed = list(rows)
    if not changed:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    quote, meta = connection.ops.quote_name, type(changed[0])._meta
    key: Any = meta.pk
    fields: list[Any] = [meta.get_field(name) for name in columns]
    values = [{field.column: plain(getattr(row, field.attname)) for field in [key, *fields]} for row in changed]
    kinds = ", ".join(f"{quote(field.column)} {field.rel_db_type(connection)}" for field in [key])
    kinds += "".join(f", {quote(field.column)} {field.db_type(connection)}" for field in fields)
    writes = ", ".join(f"{quote(field.column)} = given.{quote(field.column)}" for field in fields)
    sql = (
        f"UPDATE {quote(meta.db_table)} AS kept SET {writes} FROM jsonb_to_recordset(%s::jsonb) AS given({kinds})"  # noqa: S608 - names of the model, quoted
        f" WHERE kept.{quote(key.column)} = given.{quote(key.column)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(values)])


def plain(value: Any) -> Any:
    """The value as JSON keeps it without loss: moments as text to the microsecond, choices as what they stand for."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple) else value
