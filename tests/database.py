"""Watching what a request does to the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

READING = re.compile(
    r"\s*\(?(?:SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|SET|SHOW|EXPLAIN|FETCH|CLOSE)\b", re.I
)
CURSOR = re.compile(r"\s*DECLARE\s.*\bFOR\s+SELECT\b", re.I | re.S)
WRITING = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|nextval|setval)\b", re.I)
QUERY = re.compile(r"\s*WITH\b", re.I)


class Wrote(AssertionError):
    """A request that may only read tried to write."""


@contextmanager
def refusing_writes() -> Iterator[None]:
    """Inside the block every statement that is not a plain read raises `Wrote`."""

    def refuse(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        is_query = QUERY.match(text) and not WRITING.search(text)
        if not (READING.match(text) or CURSOR.match(text) or is_query):
            raise Wrote(f"A request that may only read ran: {text[:500]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield
