"""How many tickets lists hold, counted only as far as a person reads numbers."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections

from helpdesk.accounts.models import User
from tickets.enums import UNFINISHED
from tickets.queries.listing import Criteria, listed

MOST_COUNTED = 100
"""Counters of saved views count up to here and then say `99+`."""


def counts_of(user: User, lists: Sequence[Criteria]) -> list[int | None]:
    """How many tickets each list holds, at most MOST_COUNTED, in one statement; None for lists that are not counted.

    Counted are lists of unfinished tickets without words to look for: the unfinished have indexes of their own, and
    there are as many of them as people work on, not as many as there ever were.
    """
    selects: list[str] = []
    parameters: list[Any] = []
    for criteria in lists:
        sql, values = _counting(user, criteria) if is_counted(criteria) else ("NULL", ())
        selects.append(sql)
        parameters += values
    if not parameters:
        return [None] * len(lists)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(selects), parameters)
        return list(cursor.fetchone())


def is_counted(criteria: Criteria) -> bool:
    """Whether the list holds unfinished tickets alone and looks for no words."""
    looks_further = criteria.words or criteria.is_any_status or criteria.is_archived
    return not looks_further and set(criteria.statuses) <= set(UNFINISHED)


def _counting(user: User, criteria: Criteria) -> tuple[str, tuple[Any, ...]]:
    found = listed(user, criteria).unfinished().order_by().values("pk")[:MOST_COUNTED]
    try:
        sql, values = found.query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS counted)", values  # noqa: S608 - the ORM's own SQL and parameters
