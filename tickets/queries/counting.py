"""The counters of the views."""

from typing import Any

from helpdesk.accounts.models import User
from helpdesk.accounts.viewing import Viewing, keys_of, viewing
from helpdesk.core.prepared import PreparedSql
from tickets.models import Ticket
from tickets.queries.listing import VIEWS, in_view

COUNTED = 1000
"""Counters count up to here and then say `999+`: what they cost does not grow with the desk."""


def counters(user: User) -> dict[str, int]:
    """How many unfinished tickets each view holds, at most COUNTED each, in one statement."""
    return dict(zip(VIEWS, _counters(viewing(user), COUNTED, **keys_of(user)), strict=True))


def _counted(seen: Viewing, most: int, *, user: int, organisation: int) -> tuple[str, list[Any]]:
    person = seen.person(user, organisation)
    selects: list[str] = []
    parameters: list[Any] = []
    for view in VIEWS:
        found = in_view(Ticket.objects.visible_to(person).standing_alone().unfinished(), person, view)
        sql, values = found.order_by().values("pk")[:most].query.sql_with_params()
        selects.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - the ORM's own SQL and parameters
        parameters += values
    return "SELECT " + ", ".join(selects), parameters


_counters = PreparedSql(_counted)
