"""Lines as a source of the search."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from helpdesk.accounts.models import User
from helpdesk.chat.models import Line, Room
from helpdesk.search.finding import Asked, ask
from helpdesk.search.identifiers import parted
from helpdesk.search.protocol import Entry, Hit, Marked
from helpdesk.search.registries import Source, sources

LINES = "chat_lines"
"""The name of this source of the search."""
MOST_ROOMS = 2_000
"""Rooms of one reader that are searched: the latest so many."""


def register() -> None:
    """Called once when the program starts."""
    source = Source(model=Line, limits=limits_of, seen=seen, narrow=narrow, entries=entries, entries_of=entries_of)
    sources.register(LINES, source)


def asked_for(reader: User, words: str, *, room: Room | None = None) -> Asked:
    """What this reader asks for, in one room or in all of theirs."""
    asked = ask(LINES, reader=reader, words=words)
    only = (room.pk,) if room else None
    return replace(asked, question=replace(asked.question, only=only), is_within=True)


def entry_of(line: Line, *, author: User, filenames: Sequence[str]) -> Entry:
    """The document of a line as it stands now."""
    return Entry(
        kind=ContentType.objects.get_for_model(Line).pk,
        key=line.pk,
        under=line.room_id,
        at=line.created_at,
        marks=(f"author:{line.author_id}", *(("file",) if filenames else ())),
        title="",
        sender=f"{author.name} {parted(author.email or '')}",
        names=" ".join(filenames),
        text=line.text,
    )


def limits_of(reader: User) -> Marked:
    """The rooms that this reader sees now."""
    rooms = Room.objects.visible_to(reader).order_by("-last_line").values_list("pk", flat=True)[:MOST_ROOMS]
    return (tuple(f"under:{key}" for key in rooms),)


def seen(reader: User, hits: Sequence[Hit], where: Q) -> list[Hit]:
    """Those of the hits that the reader may see; none where something is asked of tickets."""
    if not hits or where:
        return []
    found = Line.objects.visible_to(reader).standing().filter(pk__in=[hit.key for hit in hits])
    keys = set(found.order_by().values_list("pk", flat=True))
    return [hit for hit in hits if hit.key in keys]


def narrow(reader: User, where: Q) -> tuple[int, ...] | None:
    """Words of the box that ask something of tickets find no line."""
    return ()


def entries(after: int, count: int) -> list[Entry]:
    """Of the next lines by key. The caller has a transaction."""
    return entries_of(
        list(Line.objects.standing().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:count])
    )


def entries_of(keys: Collection[int]) -> list[Entry]:
    """Of these lines, locked with their rooms in the order in which every action locks them. The caller has a
    transaction."""
    rooms = Room.objects.filter(lines__in=keys).order_by().values("pk")
    list(Room.objects.filter(pk__in=rooms).order_by("pk").select_for_update(of=("self",), no_key=True))
    lines = Line.objects.standing().filter(pk__in=keys).order_by("pk").select_related("author")
    rows = lines.select_for_update(of=("self",), no_key=True).prefetch_related("enclosures")
    return [
        entry_of(row, author=row.author, filenames=[each.filename for each in row.enclosures.all()]) for row in rows
    ]
