"""What the server has yet to be told: rows of `models.Change`, written in the transactions that change things."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from helpdesk.core.bells import ring
from helpdesk.core.registries import QueueState
from helpdesk.search.engines.compiling import moment_marks
from helpdesk.search.engines.sphinxql.compiling import every_mark
from helpdesk.search.engines.sphinxql.words import folded, identifier_token, mark_token
from helpdesk.search.identifiers import identifiers_in, names_in
from helpdesk.search.models import Change
from helpdesk.search.protocol import Entry

MAX_CHARACTERS = 200_000  # of each part, as the other engine; what is beyond stays readable, not searchable
SINGLE = 1 << 44
"""A document's number is its kind times this, and its key: kinds below half a million, keys below 17 billion."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WRITE = """
WITH told AS (
    INSERT INTO search_identifier (word) SELECT DISTINCT word FROM unnest(%s::text[]) AS word ORDER BY word
    ON CONFLICT DO NOTHING
)
INSERT INTO search_change (kind, key, document)
SELECT * FROM unnest(%s::int[], %s::bigint[], %s::jsonb[])
ON CONFLICT (kind, key) DO UPDATE SET
    id = nextval(pg_get_serial_sequence('search_change', 'id')), document = EXCLUDED.document, created_at = now()
"""
LOOK_AGAIN = """
INSERT INTO search_change (kind, under) SELECT %s, under FROM unnest(%s::bigint[]) AS under ORDER BY under
ON CONFLICT (kind, under) DO UPDATE SET
    id = nextval(pg_get_serial_sequence('search_change', 'id')), created_at = now()
"""
Document = list[Any]
"""The row of the index: number, kind, under, at, print, title, sender, names, body, marks."""
COLUMNS = ("id", "kind", "under", "at", "print", "title", "sender", "names", "body", "marks")


def write(entries: Sequence[Entry]) -> None:
    """Have these documents written or replaced."""
    texts = [[part[:MAX_CHARACTERS] for part in (each.title, each.sender, each.names, each.text)] for each in entries]
    words = {word for parts in texts for word in identifiers_in(*parts)}
    words.update(name for entry in entries for name in names_in(entry.sender))
    documents = [json.dumps(document_of(entry)) for entry in entries]
    _change(WRITE, [sorted(words), [each.kind for each in entries], [each.key for each in entries], documents])


def forget(kind: int, keys: Collection[int]) -> None:
    """Have the documents of these things taken out."""
    _change(WRITE, [[], [kind] * len(keys), list(keys), [None] * len(keys)])


def look_again(kind: int, unders: Collection[int]) -> None:
    """Have the documents that are shown under these written as they are when that is done."""
    _change(LOOK_AGAIN, [kind, list(unders)])


def keep_only(keys: Collection[int], *, kind: int, after: int, upto: int) -> None:
    """Have the documents with keys in (after, upto] but these looked at again."""
    Change.objects.create(kind=kind, after=after, upto=upto, document=sorted(keys))
    _ring()


def document_of(entry: Entry) -> Document:
    """What the index is to hold of an entry."""
    parts = [part[:MAX_CHARACTERS] for part in (entry.title, entry.sender, entry.names, entry.text)]
    marks = [*entry.marks, *moment_marks(entry.at), f"under:{entry.under}", every_mark(entry.kind)]
    tokens = [*map(mark_token, marks), *map(identifier_token, identifiers_in(*parts))]
    texts = [*map(folded, parts), " ".join(tokens)]
    at = stamp(entry.at)
    printed = blake2b("\n".join([str(entry.under), str(at), *texts]).encode("utf-8", "replace"), digest_size=7)
    return [number(entry.kind, entry.key), entry.kind, entry.under, at, int.from_bytes(printed.digest()), *texts]


def number(kind: int, key: int) -> int:
    """The number of a document, which puts those of one kind in the order of their keys."""
    return kind * SINGLE + key


def key_of(document: int) -> int:
    return document % SINGLE


def stamp(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def moment(stamped: int) -> datetime:
    return EPOCH + timedelta(microseconds=stamped)


def state() -> QueueState:
    """How much the server has yet to be told, and since when."""
    found = Change.objects.aggregate(waiting=Count("pk"), oldest=Min("created_at"))
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return QueueState(waiting=found["waiting"], failed=0, oldest_seconds=age)


def _change(sql: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    _ring()


def _ring() -> None:
    from helpdesk.search.tasks import carry  # noqa: PLC0415 - tasks stand above the engines

    ring(carry)
