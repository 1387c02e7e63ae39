"""Telling hooks: rows in the transaction of what happened, one for each hook that wants to know."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from helpdesk.core.bells import ring
from helpdesk.core.deferring import write_soon
from helpdesk.webhooks.listening import listeners

# Whatever the copy of hooks says: a row is written for none that is gone or switched off.
INSERT = """
INSERT INTO webhooks_event (hook_id, key, kind, facts, thread, state, attempts, due_at)
SELECT given.hook, gen_random_uuid(), given.kind, given.facts, given.thread, 'waiting', 0, given.due_at
FROM jsonb_to_recordset(%s::jsonb) AS given(
    place integer, hook bigint, kind text, facts jsonb, thread text, due_at timestamptz
)
JOIN webhooks_hook AS hook ON hook.id = given.hook AND hook.is_active
ORDER BY given.place
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """As the arguments of `happened`."""

    kind: str
    thread: str
    facts: dict[str, Any]
    team: int | None
    is_internal: bool
    not_before: datetime


def happened(
    kind: str,
    *,
    thread: str,
    facts: dict[str, Any],
    team: int | None = None,
    is_internal: bool = False,
    not_before: datetime | None = None,
) -> None:
    """Have every hook that wants `kind` told, in the caller's transaction. `facts` are keys and words of ours, never
    what somebody wrote; `team` is the key of the queue it happened in; `is_internal` is for hooks that want notes;
    nothing goes out before `not_before`. Where nobody wants to know it takes no statement."""
    if any(each.wants(kind, team=team, is_internal=is_internal) for each in listeners()):
        due = not_before or timezone.now()
        write_soon(_spread, Happening(kind, thread, facts, team, is_internal, due))


def _spread(happenings: Iterable[Happening]) -> None:
    from helpdesk.webhooks.tasks import send_due  # noqa: PLC0415 - the task sends, by this room's actions

    wanted = [
        {"hook": each.pk, "kind": what.kind, "facts": what.facts, "thread": what.thread, "due_at": what.not_before}
        for what in happenings
        for each in listeners()
        if each.wants(what.kind, team=what.team, is_internal=what.is_internal)
    ]
    given = [row | {"place": place} for place, row in enumerate(wanted)]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [json.dumps(given, default=str)])
    ring(send_due)
