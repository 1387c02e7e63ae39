"""The rail: the counters of the views, and the saved views."""

import json
from typing import Any, NamedTuple

from helpdesk.accounts.models import User
from helpdesk.accounts.viewing import Viewing, keys_of, viewing
from helpdesk.chat.models import Line
from helpdesk.chat.queries import COUNTED as LINES_COUNTED
from helpdesk.core.prepared import PreparedSql
from helpdesk.notifications import bell
from helpdesk.notifications.models import Notice
from tickets.models import SavedView, Ticket
from tickets.queries.listing import VIEWS, in_view

COUNTED = 1000
"""Counters count up to here and then say `999+`: what they cost does not grow with the desk."""


class Rail(NamedTuple):
    """How many unfinished tickets each view holds, at most COUNTED each, the saved views by name, how many notices are
    unread, at most `bell.COUNTED`, and how many lines of colleagues, at most `helpdesk.chat.queries.COUNTED`.

    Saved views are not counted: their words may ask for what no index answers, and the rail stands on every page.
    """

    counted: dict[str, int]
    saved: list[SavedView]
    unread: int = 0
    said: int = 0


def rail_of(user: User) -> Rail:
    """What this person's rail says, in one statement."""
    *counted, unread, said, saved = _rail(viewing(user), COUNTED, **keys_of(user))
    return Rail(dict(zip(VIEWS, counted, strict=True)), [SavedView(**row) for row in json.loads(saved)], unread, said)


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
    said = Line.objects.unread_by(person).order_by().values("pk")[:LINES_COUNTED]
    for each in (told, said):
        sql, values = each.query.sql_with_params()
        selects.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - as above
        parameters += values
    saved = SavedView.objects.visible_to(person).by_name().values("id", "name", "criteria", "audience", "owner_id")
    sql, values = saved.query.sql_with_params()
    selects.append(f"(SELECT coalesce(json_agg(saved), '[]')::text FROM ({sql}) AS saved)")  # noqa: S608 - as above
    return "SELECT " + ", ".join(selects), [*parameters, *values]


_rail = PreparedSql(_read)
