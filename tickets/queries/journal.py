"""The journal as auditors ask for it: narrowed, page by page, with the names of what it speaks of."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Expression, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast

from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from helpdesk.journal.registries import Thing, things

SLACK = timedelta(minutes=10)
"""Keys and times of lines grow together but for as long as a transaction takes: so far apart they may be."""

_PLAIN = re.compile(r"[0-9a-z_.:]+")

Reference = tuple[str, int]
"""A thing by the word of its kind and its key."""


class Literal(Expression):
    """A known word, a key or an address as part of the SQL itself, not as a parameter.

    How much a filter leaves differs a hundred thousand times from one value to the next. With a parameter PostgreSQL
    would keep the plan for a value of middling frequency, and look for what never happened through the whole journal.
    """

    def __init__(self, value: int | str) -> None:
        super().__init__()
        if not isinstance(value, int) and not _PLAIN.fullmatch(value):
            raise ValueError("Only words, keys and addresses stand in the SQL.")
        self.value = value

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return (str(self.value) if isinstance(self.value, int) else f"'{self.value}'"), ()


@dataclass(frozen=True, slots=True)
class Named:
    """What a thing is called today, and where it is seen ("" for nowhere)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class JournalCriteria:
    """What of the journal is asked for. `since` and `until` are moments, the second not included."""

    actor: User | None = None
    is_program: bool = False
    verb: str = ""
    kind: str = ""
    number: int | None = None
    key: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    first_day: str = ""
    last_day: str = ""
    door: str = ""
    address: str = ""
    request_id: str = ""


def journal_lines(user: User, criteria: JournalCriteria) -> "QuerySet[Entry]":
    """The lines that the user may read and that meet the criteria; in no order yet. Each condition has an index that
    ends in the key, so that a page is read from its end; of one request there are a few lines."""
    lines = Entry.objects.visible_to(user).select_related("actor")
    if criteria.is_program:
        lines = lines.filter(actor__isnull=True)
    elif criteria.actor is not None:
        lines = lines.filter(actor=Literal(criteria.actor.pk))
    if criteria.verb:
        lines = lines.filter(verb=Literal(criteria.verb))
    if criteria.kind:
        lines = lines.filter(subject_type=Literal(content_type_of(criteria.kind).pk))
        if criteria.number is not None:
            lines = lines.filter(subject_id=criteria.key) if criteria.key is not None else lines.none()
    if criteria.door:
        lines = lines.filter(door=Literal(criteria.door))
    if criteria.address:
        lines = lines.filter(address=Literal(criteria.address))
    if criteria.request_id:
        lines = lines.filter(request_id=criteria.request_id)
    return lines.filter(_within(criteria.since, criteria.until))


def _within(since: datetime | None, until: datetime | None) -> Q:
    """The time as a range of keys (found by the index of times), so that every other index serves it."""
    met = Q()
    if since is not None:
        first = Entry.objects.filter(at__gte=since - SLACK).order_by("at").values("pk")[:1]
        met &= Q(pk__gte=Subquery(first)) & Q(at__gte=since)
    if until is not None:
        last = Entry.objects.filter(at__lt=until + SLACK).order_by("-at").values("pk")[:1]
        met &= Q(pk__lte=Subquery(last)) & Q(at__lt=until)
    return met


def content_type_of(kind: str) -> ContentType:
    """The content type of a kind of thing, by its word."""
    return ContentType.objects.get_for_model(things[kind].model)


def words_of_types() -> dict[int, str]:
    """By the key of a content type: the word of the kind of thing."""
    return {content_type_of(word).pk: word for word, _ in things.items()}


def words_of_models() -> dict[type, str]:
    """By model: the word of the kind of thing."""
    return {thing.model: word for word, thing in things.items()}


def names_of(references: Iterable[Reference], user: User) -> dict[Reference, Named]:
    """What these things are called, those that the user may see; one statement, none where there is nothing to name."""
    wanted: dict[str, set[int]] = {}
    for word, key in references:
        wanted.setdefault(word, set()).add(key)
    parts = [_names(word, things[word], keys, user) for word, keys in sorted(wanted.items())]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {(word, key): _named(things[word], text, address, user) for word, key, text, address in rows}


def _names(word: str, thing: Thing, keys: Collection[int], user: User) -> "QuerySet[Any, tuple[Any, ...]]":
    found = thing.seen(user).filter(pk__in=sorted(keys)).order_by()
    return found.annotate(
        told_word=Value(word, output_field=TextField()),
        told_text=Cast(thing.text, TextField()),
        told_address=Cast(thing.address, TextField()),
    ).values_list("told_word", "pk", "told_text", "told_address")


def _named(thing: Thing, text: str, address: str, user: User) -> Named:
    return Named(text or "", thing.url(address) if user.can(thing.needs) else "")  # type: ignore[arg-type]
