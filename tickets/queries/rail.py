"""The rail: the counters of the views, and the saved views."""

import json
from typing import Any, NamedTuple

from helpdesk.accounts.models import User
from helpdesk.accounts.viewing import Viewing, keys_of, viewing
from helpdesk.core.prepared import PreparedSql
from helpdesk.notifications import bell
from helpdesk.notifications.models import Notice
from tickets.models import SavedView, Ticket
from tickets.queries.listing import VIEWS, in_view

COUNTED = 1000
"""Counters count up to here and then say `999+`: what they cost does not grow with the desk."""


class Rail(NamedTuple):
    """How many unfinished tickets each view holds, at most COUNTED each, the saved views by name, and how many notices
    are unread, at most `bell.COUNTED`.

    Saved views are not counted: their words may ask for what no index answers, and the rail stands on every page.
    """

    counted: dict[str, int]
    saved: list[SavedView]
    unread: int = 0


def rail_of(user: User) -> Rail:
    """What this person's rail says, in one statement."""
    *counted, unread, saved = _rail(viewing(user), COUNTED, **keys_of(user))
    return Rail(dict(zip(VIEWS, counted, strict=True)), [SavedView(**row) for row in json.loads(saved)], unread)


def _read(seen: Viewing, most: int, *, user: int, organisation: int) -> tuple[str, list[Any]]:
    person = seen.person(user, organisation)
    selects: list[str] = []
    parameters: list[Any] = []
    for view in VIEWS:
        unfinished = Ticket.objects.visible_to(person).standing_alone().unfinished()
        found = in_view(unfinished if view == "snoozed" else unfinished.awake(), person, view)
        sql, values = found.order_by().values("pk")[:most].query.sql_with_params()
        selects.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - the ORM's own SQL and parameters
        parameters += values
    told = Notice.objects.filter(person=user, is_listed=True).unread().order_by().values("pk")[: bell.COUNTED]
    sql, values = told.query.sql_with_params()
    selects.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - as above
    parameters += values
    saved = SavedView.objects.visible_to(person).by_name().values("id", "name", "criteria", "audience", "owner_id")
    sql, values = saved.query.sql_with_params()
    selects.append(f"(SELECT coalesce(json_agg(saved), '[]')::text FROM ({sql}) AS saved)")  # noqa: S608 - as above
    return "SELECT " + ", ".join(selects), [*parameters, *values]


_rail = PreparedSql(_read)
