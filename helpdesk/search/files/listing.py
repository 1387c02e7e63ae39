"""Which contents there are, and what they say: what rooms that store files call."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from helpdesk.core.bells import ring
from helpdesk.core.deferring import write_soon
from helpdesk.core.registries import needed_files
from helpdesk.search.enums import FileState
from helpdesk.search.files.reading.kinds import may_hold_text
from helpdesk.search.models import FileText
from helpdesk.search.tasks import read_files

TEXTS = "SELECT name, text FROM search_filetext WHERE name = ANY(%s) ORDER BY name "


@dataclass(frozen=True, slots=True)
class Stored:
    """A content as it lies in the store (`helpdesk.core.storage`), its type as `detect_type` found it."""

    name: str
    filename: str
    content_type: str
    size: int


def come(stored: Stored) -> None:
    """A content is in the store: it is read if it was not yet. In the caller's transaction (see `deferring`)."""
    write_soon(come_together, stored)


def come_together(stored: Iterable[Stored]) -> None:
    """The same of many, in one statement."""
    rows = [_row(each) for _name, each in sorted({each.name: each for each in stored}.items())]
    FileText.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.state == FileState.WAITING for row in rows):
        ring(read_files)


def texts_of(names: Collection[str], *, shared: bool = False) -> dict[str, str]:
    """By name: what those of these contents say that say something by now. With `shared` nobody finishes one of them
    before the caller's transaction ends: a text that is not there yet will find what the caller writes."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(TEXTS + ("FOR SHARE" if shared else ""), [sorted(names)])
        return {name: text for name, text in cursor.fetchall() if text}


def forget_unneeded(names: Iterable[str]) -> None:
    """In the caller's transaction, after its rows are gone: the texts of those contents that no row of any room points
    at any more."""
    gone = set(names) - {""}
    for _room, needed in needed_files.items():
        gone -= needed(gone)
    if gone:
        FileText.objects.filter(name__in=gone).delete()


def rewrite(names: Any, *, text: Callable[[str], str], filename: Callable[[str], str]) -> None:
    """In the caller's transaction: what these contents say, and what they are called, said otherwise. `names` is a
    collection or a subquery."""
    for row in FileText.objects.select_for_update().filter(name__in=names).order_by("name"):
        said, called = text(row.text), filename(row.filename)[:255]
        if (said, called) == (row.text, row.filename):
            continue
        row.changed_at = row.changed_at if said == row.text else timezone.now()
        row.text, row.filename = said, called
        row.save(update_fields=["text", "filename", "changed_at"])


def _row(stored: Stored) -> FileText:
    state = FileState.WAITING if may_hold_text(stored.content_type) else FileState.OTHER
    state = state if stored.size else FileState.EMPTY
    return FileText(
        name=stored.name,
        filename=stored.filename[:255],
        content_type=stored.content_type[:127],
        size=stored.size,
        state=state,
        finished_at=None if state == FileState.WAITING else timezone.now(),
    )
