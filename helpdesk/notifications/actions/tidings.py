"""Telling people what happened: who is told by which ways is decided here, by a worker and never in a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone, translation

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.notifications.enums import Channel
from helpdesk.notifications.live.own import tell_bell
from helpdesk.notifications.models import Notice, Waiting
from helpdesk.notifications.wishes import Wishes, wishes_of
from helpdesk.notifications.wording import Words, worded

CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Tiding:
    """One thing that happened to `subject`, for one person, with the facts in their language. `key` names what
    happened, for everybody alike. `is_seen`: they are looking at it, so it stands in their list as read and goes
    nowhere else."""

    person: User
    subject: models.Model
    occasion: str
    key: str
    path: str
    facts: Mapping[str, str] = field(default_factory=dict)
    is_seen: bool = False


@transaction.atomic
def tell(*, tidings: Iterable[Tiding]) -> list[Notice]:
    """Write down what each person is told and by which ways it still has to go out; what somebody was told already is
    not told again. A constant number of statements."""
    items = _once(tidings)
    wishes = wishes_of({tiding.person.pk: tiding.person for tiding in items}.values())
    ways = [(tiding, wishes[tiding.person.pk].channels(tiding.occasion)) for tiding in items]
    wanted = [(tiding, channels) for tiding, channels in ways if channels]
    if not wanted:
        return []
    words = Words(tiding.occasion for tiding, _channels in wanted)
    rows = Notice.objects.bulk_create([_notice(tiding, channels, words) for tiding, channels in wanted])
    waiting = [
        each
        for row, (tiding, channels) in zip(rows, wanted, strict=True)
        if not tiding.is_seen
        for each in _waiting(row, channels, wishes[row.person_id])
    ]
    Waiting.objects.bulk_create(waiting)
    tell_bell(row.person_id for row in rows if row.is_listed and row.read_at is None)
    _ring_for(waiting)
    return rows


@transaction.atomic
def withdraw(*, keys: Iterable[str], since: datetime) -> None:
    """What happened under these keys, not before `since`, is there no more: nobody reads of it in their list, and what
    still has to go out goes without it."""
    rows = Notice.objects.filter(key__in=set(keys), happened_at__gte=since - CLOCKS_DIFFER)
    readers = set(rows.unread().filter(is_listed=True).order_by().values_list("person", flat=True))
    rows.delete()
    tell_bell(readers)


def _ring_for(waiting: list[Waiting]) -> None:
    from helpdesk.notifications.tasks import gather  # noqa: PLC0415 - tasks stand above the actions

    if any(each.due_at <= timezone.now() for each in waiting):
        ring(gather)


def _once(tidings: Iterable[Tiding]) -> list[Tiding]:
    """Without those that their people know already; of two of one key the first."""
    items: dict[tuple[int, str], Tiding] = {}
    for tiding in tidings:
        items.setdefault((tiding.person.pk, tiding.key), tiding)
    keys = {key for _person, key in items}
    known = Notice.objects.filter(person__in={person for person, _key in items}, key__in=keys)
    for pair in known.order_by("pk").values_list("person", "key"):
        items.pop(pair, None)
    return list(items.values())


def _notice(tiding: Tiding, channels: frozenset[str], words: Words) -> Notice:
    language = tiding.person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        title, text = worded(words.of(tiding.occasion, language), tiding.facts, occasion=tiding.occasion)
    return Notice(
        person=tiding.person,
        occasion=tiding.occasion,
        key=tiding.key,
        subject_type=ContentType.objects.get_for_model(tiding.subject),
        subject_id=tiding.subject.pk,
        title=title,
        text=text,
        path=tiding.path,
        is_listed=Channel.DESK in channels,
        read_at=timezone.now() if tiding.is_seen else None,
    )


def _waiting(row: Notice, channels: frozenset[str], wishes: Wishes) -> list[Waiting]:
    now = timezone.now()
    return [
        Waiting(notice=row, person=row.person, channel=channel, due_at=max(now, wishes.due(channel, now)))
        for channel in sorted(channels - {Channel.DESK})
    ]
