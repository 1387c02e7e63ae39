"""From notices that wait to rows of the outbox: one for each thing, or one for many where that is too much.

A person is told by one channel of at most `SINGLE` things at a time and of `BURST` within `STORM`; whatever goes
beyond, and what waited for its hour, becomes one digest. What they have read meanwhile is not told any more.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import ngettext

from helpdesk.accounts.models import User
from helpdesk.core.crash import crash_point
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.destinations import Destinations
from helpdesk.notifications.enums import Channel, Purpose
from helpdesk.notifications.models import Delivery, Waiting
from helpdesk.notifications.notices import said_together

BATCH = 500
SINGLE = 5
BURST = 5
STORM = timedelta(minutes=10)
LATE = timedelta(minutes=1)
"""What became due so long after it happened waited for its hour, and goes out together."""
MOST_ITEMS = 50
_LOCK = 5_003_001
"""Of PostgreSQL's advisory locks: one gatherer at a time, or one person's notices would be two digests."""

Group = tuple[int, str]
"""A person and a channel."""


def gather_due() -> int:
    """Put everything that is due into the outbox; how many notices it was."""
    total = 0
    while gathered := retrying(_gather_some, times=PATIENT):
        total += gathered
    return total


@transaction.atomic
def _gather_some() -> int:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    due = Waiting.objects.filter(due_at__lte=now).select_related("notice", "person").order_by("due_at", "pk")
    rows = list(due[:BATCH])
    told = [row for row in rows if row.notice.read_at is not None]
    groups: defaultdict[Group, list[Waiting]] = defaultdict(list)
    for row in rows:
        if row.notice.read_at is None:
            groups[row.person_id, row.channel].append(row)
    lately = _lately({person for person, _channel in groups}, now)
    destinations = Destinations(groups)
    outgoing: list[Outgoing] = []
    for group, waiting in groups.items():
        oldest = min(each.created_at for each in waiting)
        is_storm = lately.get(group, 0) >= BURST
        if is_storm and now < oldest + STORM:
            Waiting.objects.filter(pk__in=[each.pk for each in waiting]).update(due_at=oldest + STORM)
            continue
        told += waiting
        outgoing += _outgoing(waiting, destinations.of(*group), is_together=is_storm or _is_late(waiting))
    if outgoing:
        enqueue(subject=rows[0].person, outgoing=outgoing)
    Waiting.objects.filter(pk__in=[each.pk for each in told]).delete()
    crash_point("gathered")
    return len(rows)


def _is_late(waiting: Sequence[Waiting]) -> bool:
    return any(each.due_at - each.created_at >= LATE for each in waiting)


def _lately(people: set[int], now: datetime) -> dict[Group, int]:
    """How much each of these people was told by each channel within STORM; a message to two browsers is one."""
    recent = Delivery.objects.filter(person__in=people, purpose=Purpose.NOTICE, created_at__gt=now - STORM)
    counted = recent.order_by("person", "route").values_list("person", "channel", "route").annotate(Count("pk"))
    found: dict[Group, int] = {}
    for person, channel, route, count in counted:
        key = (person, route if channel == Channel.GATEWAY else channel)
        found[key] = max(found.get(key, 0), count)
    return found


def _outgoing(waiting: Sequence[Waiting], ways: Sequence[Outgoing], *, is_together: bool) -> list[Outgoing]:
    by_thing: dict[tuple[int, int], list[Waiting]] = {}
    for each in sorted(waiting, key=lambda each: each.notice_id):
        by_thing.setdefault((each.notice.subject_type_id, each.notice.subject_id), []).append(each)
    if len(by_thing) > 1 and (is_together or len(by_thing) > SINGLE):
        person = waiting[0].person
        contents = [(_digest(person, list(by_thing.values())), _about(person))]
    else:
        contents = [(_single(theirs), thing) for thing, theirs in by_thing.items()]
    return [
        Outgoing(
            purpose=Purpose.NOTICE,
            recipient=way.recipient,
            person_id=way.person_id,
            route=way.route,
            channel=way.channel,
            content=content,
            about=about,
        )
        for content, about in contents
        for way in ways
    ]


def _about(person: User) -> tuple[int, int]:
    return ContentType.objects.get_for_model(person).pk, person.pk


def _single(waiting: Sequence[Waiting]) -> dict[str, Any]:
    """All of one thing in one message; the keys, by which it is seen what was withdrawn when it goes out."""
    return said_together([each.notice for each in waiting])


def _digest(person: User, things: Sequence[Sequence[Waiting]]) -> dict[str, Any]:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        title = ngettext("News of %(count)d ticket", "News of %(count)d tickets", len(things)) % {"count": len(things)}
    items = [
        {**_single(waiting), "kind": waiting[0].notice.subject_type_id, "key": waiting[0].notice.subject_id}
        for waiting in things[:MOST_ITEMS]
    ]
    return {"title": title, "path": "/desk/notices/", "items": items, "more": max(0, len(things) - MOST_ITEMS)}
