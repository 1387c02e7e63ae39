"""From the ledger to the server: in the order in which things were changed, by one process at a time.

No row is locked while the server is told, so nobody who writes waits for it. A row that changed meanwhile has another
id then and comes again.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TypeVar

from django.db import connection, transaction

from helpdesk.search.address import Address, Shelf
from helpdesk.search.engines.sphinxql import ledger, lines
from helpdesk.search.engines.sphinxql.ledger import COLUMNS, SINGLE, Document
from helpdesk.search.models import Change
from helpdesk.search.protocol import Entry

BATCH = 300
MOST_CHARACTERS = 1_000_000  # of one statement; servers take eight million bytes
PAGE = 1_000
LOCK = 0x73656172  # ASCII "sear"
LARGEST = SINGLE - 1
T = TypeVar("T")
Reader = Callable[[int, Collection[int]], list[Entry]]
"""The documents of the things of a kind with these keys as they stand now; none for what there is no more."""


def carry(address: Address, *, read: Reader) -> None:
    """Tell the server all that waits, unless somebody else is at it: they see to it then. Raises Away, Stumbled."""
    while Change.objects.exists():
        with _alone() as is_ours:
            while is_ours and _carry_some(address, read):
                pass
        if not is_ours:
            return


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process alone tells the server, till the end of the block (or of its connection)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_ours = bool((cursor.fetchone() or [False])[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _carry_some(address: Address, read: Reader) -> bool:
    """The next rows. False when there are none."""
    rows = list(Change.objects.order_by("pk")[:BATCH])
    for is_document, alike in groupby(rows, key=lambda row: row.key is not None):
        if is_document:
            changes = list(alike)
            _write(address, [row.document for row in changes if row.document is not None])
            _delete(address, [ledger.number(row.kind, row.key or 0) for row in changes if row.document is None])
        else:
            for row in alike:
                _look_again(address, row, read)
    Change.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return bool(rows)


def _look_again(address: Address, row: Change, read: Reader) -> None:
    """Write what there is of the things, take out what is there no more."""
    if row.under is not None:
        held = held_numbers(address, "under = %s AND kind = %s", [row.under, row.kind])
    else:
        bounds = [ledger.number(row.kind, (row.after or 0) + 1), ledger.number(row.kind, min(row.upto or 0, LARGEST))]
        held = held_numbers(address, "id BETWEEN %s AND %s", bounds) - {
            ledger.number(row.kind, key) for key in row.document or ()
        }
    for start in range(0, len(held), BATCH):
        numbers = sorted(held)[start : start + BATCH]
        with transaction.atomic():
            entries = read(row.kind, [ledger.key_of(each) for each in numbers])
        written = [ledger.document_of(entry) for entry in entries]
        _write(address, written)
        _delete(address, sorted(set(numbers) - {each[0] for each in written}))


def held_numbers(address: Address, where: str, parameters: Sequence[int]) -> set[int]:
    """The numbers of the documents that the index holds under a condition."""
    return {row[0] for row in held(address, "id", where, parameters)}


def held(address: Address, columns: str, where: str, parameters: Sequence[int]) -> Iterator[lines.Row]:
    """Rows of the index in the order of their numbers, which are the first column."""
    after = 0
    while True:
        sql = (
            f"SELECT {columns} FROM {address.index} WHERE {where} AND id > %s"  # noqa: S608 - names of ours
            f" ORDER BY id ASC LIMIT 0, {PAGE} OPTION max_matches={PAGE}"
        )
        rows = lines.ask(address.host, address.port, sql, [*parameters, after])
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


def _write(address: Address, documents: Sequence[Document]) -> None:
    for shelf, alike in _by_shelf(address, documents, key=lambda document: document[0]):
        for some in _portions(alike):
            row = f"({', '.join(['%s'] * len(COLUMNS))})"
            sql = f"REPLACE INTO {shelf.table} ({', '.join(COLUMNS)}) VALUES {', '.join([row] * len(some))}"  # noqa: S608
            lines.ask(shelf.host, shelf.port, sql, [value for document in some for value in document])


def _delete(address: Address, numbers: Sequence[int]) -> None:
    for shelf, alike in _by_shelf(address, numbers, key=lambda number: number):
        sql = f"DELETE FROM {shelf.table} WHERE id IN ({', '.join(['%s'] * len(alike))})"  # noqa: S608 - as above
        lines.ask(shelf.host, shelf.port, sql, alike)


def _by_shelf(address: Address, things: Sequence[T], *, key: Callable[[T], int]) -> Iterator[tuple[Shelf, list[T]]]:
    """The things of each shelf that has some."""
    for place, shelf in enumerate(address.shelves):
        found = [thing for thing in things if key(thing) % len(address.shelves) == place]
        if found:
            yield shelf, found


def _portions(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """As many as one statement takes."""
    portion: list[Document] = []
    length = 0
    for document in documents:
        length += sum(len(text) for text in document if isinstance(text, str))
        if portion and length > MOST_CHARACTERS:
            yield portion
            portion, length = [], 0
        portion.append(document)
    if portion:
        yield portion
