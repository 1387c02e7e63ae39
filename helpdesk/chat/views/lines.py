"""The lines of a room as its page shows them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.chat.models import Enclosure, Line, Room
from helpdesk.chat.permissions import can_change
from helpdesk.chat.queries import names_by_handle
from helpdesk.chat.registries import Card, Named, cards_for
from helpdesk.chat.rendering import MOST_CARDS, pieces_of, things_named
from helpdesk.core import readable

SHOWN = 50
AROUND = 25
TOGETHER = timedelta(minutes=5)
"""What one person says within this is shown under one name."""


def window(room: Room, *, before: int = 0, at: int = 0) -> tuple[list[Line], bool]:
    """The latest lines, those before a line or round it, in order; and whether there are earlier ones."""
    lines = Line.objects.filter(room=room).select_related("author").prefetch_related("enclosures")
    size = AROUND if at else SHOWN
    end = at or before
    older = list((lines.filter(pk__lt=end) if end else lines).order_by("-pk")[: size + 1])
    newer = list(lines.filter(pk__gte=at).order_by("pk")[:AROUND]) if at else []
    return [*older[:size][::-1], *newer], len(older) > size


def items(lines: Sequence[Line], *, reader: User, read_to: int) -> list[dict[str, Any]]:
    """What the template prints, in three statements at most."""
    named = {line.pk: things_named(line.text)[:MOST_CARDS] for line in lines}
    seen = cards_for(reader, {thing for things in named.values() for thing in things})
    called = names_by_handle({key for line in lines for key in line.mentioned})
    shown: list[dict[str, Any]] = []
    earlier: Line | None = None
    for line in lines:
        cards = [seen[thing] for thing in named[line.pk] if thing in seen]
        item = _item(line, reader=reader, cards=cards, seen=seen, called=called)
        is_other_day = earlier is None or _day(earlier) != _day(line)
        item["day"] = _day_text(line) if is_other_day else ""
        item["day_id"] = f"{_day(line):%Y%m%d}"
        item["is_first"] = is_other_day or not _goes_on(earlier, line)
        item["is_new"] = line.pk > read_to and line.author_id != reader.pk
        shown.append(item)
        earlier = line
    return shown


def _item(
    line: Line,
    *,
    reader: User,
    cards: Sequence[Card],
    seen: Mapping[Named, Card],
    called: Mapping[str, tuple[int, str]],
) -> dict[str, Any]:
    name, at = str(line.author), timezone.localtime(line.created_at)
    pieces = [] if line.deleted_at else pieces_of(line.text, seen=seen, called=called)
    return {
        "pk": line.pk,
        "author": name,
        "initials": readable.initials(name),
        "hue": readable.hue(line.author.email or name),
        "is_mine": line.author_id == reader.pk,
        "clock": f"{at:%H:%M}",
        "at": line.created_at.isoformat(),
        "at_full": readable.full_moment(line.created_at),
        "is_deleted": line.deleted_at is not None,
        "is_edited": line.edited_at is not None and line.deleted_at is None,
        "can_change": can_change(reader, line),
        "pieces": [{"piece": each, "is_me": each.called == reader.pk} for each in pieces],
        "files": [_file(each) for each in line.enclosures.all()],
        "cards": cards,
    }


def _file(file: Enclosure) -> dict[str, Any]:
    url = reverse("chat:file", args=[file.pk])
    return {"name": file.filename, "size": file.size, "type": file.content_type, "url": url}


def _day(line: Line) -> Any:
    return timezone.localtime(line.created_at).date()


def _day_text(line: Line) -> str:
    day, today = _day(line), timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return date_text(day, "j E" if day.year == today.year else "j E Y")


def _goes_on(earlier: Line | None, line: Line) -> bool:
    """Whether the line goes on from the one before it."""
    if earlier is None or earlier.author_id != line.author_id:
        return False
    return line.created_at - earlier.created_at < TOGETHER
