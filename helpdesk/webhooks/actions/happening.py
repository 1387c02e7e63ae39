"""Telling hooks: rows in the transaction of what happened, one for each hook that wants to know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from helpdesk.core.bells import ring
from helpdesk.core.deferring import write_soon
from helpdesk.core.prepared import Prepared
from helpdesk.webhooks.models import Event, Hook


@dataclass(frozen=True, slots=True)
class Happening:
    """As the arguments of `happened`, and when it was."""

    kind: str
    thread: str
    facts: dict[str, Any]
    team: int | None
    is_internal: bool
    at: datetime
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
    nothing goes out before `not_before`."""
    now = timezone.now()
    write_soon(_spread, Happening(kind, thread, facts, team, is_internal, now, not_before or now))


def _spread(happenings: Iterable[Happening]) -> None:
    hooks = _active()
    rows = [
        Event(hook=hook, kind=each.kind, thread=each.thread, facts=each.facts, due_at=each.not_before)
        for each in happenings
        for hook in hooks
        if _wants(hook, each)
    ]
    if rows:
        from helpdesk.webhooks.tasks import send_due  # noqa: PLC0415 - the task sends, by this room's actions

        Event.objects.bulk_create(rows)
        ring(send_due)


def _wants(hook: Hook, happening: Happening) -> bool:
    if happening.kind not in hook.events or (happening.is_internal and not hook.with_notes):
        return False
    return hook.team_id is None or hook.team_id == happening.team


def _build_active() -> "models.QuerySet[Any]":
    return Hook.objects.filter(is_active=True).only("id", "events", "team", "with_notes").order_by("pk")


_active: Prepared[Hook] = Prepared(_build_active)
