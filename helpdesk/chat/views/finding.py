"""Lines that were looked for."""

from typing import Any
from urllib.parse import urlencode

from helpdesk.accounts.requests import StaffRequest
from helpdesk.chat.models import Line, Room
from helpdesk.chat.searching import LINES, asked_for
from helpdesk.chat.views.page import room_url
from helpdesk.core import readable
from helpdesk.search.engines import engine
from helpdesk.search.finding import find

ROWS = 25


def found(request: StaffRequest, words: str, *, room: Room | None = None) -> dict[str, Any]:
    """The page of lines, the latest first, in which the words stand; in one room or in all that the reader sees."""
    if not words:
        return {"hits": [], "refusals": (), "older_url": "", "first_url": ""}
    reader, cursor = request.user, request.GET.get("cursor", "")
    asked = asked_for(reader, words, room=room)
    page = find(LINES, reader=reader, asked=asked, order="latest", cursor=cursor, size=ROWS)
    rows = Line.objects.visible_to(reader).standing()
    rows = rows.select_related("author", "room__first", "room__second", "room__team")
    by_key = rows.in_bulk([hit.key for hit in page.hits])
    lines = [by_key[hit.key] for hit in page.hits if hit.key in by_key]
    snippets = engine().snippets(asked.question, [("", line.text) for line in lines]) if lines else []
    here = request.path
    return {
        "hits": [_hit(line, reader, text) for line, (_title, text) in zip(lines, snippets, strict=True)],
        "refusals": asked.refusals,
        "older_url": f"{here}?{urlencode({'q': words, 'cursor': page.older})}" if page.older else "",
        "first_url": f"{here}?{urlencode({'q': words})}" if cursor else "",
    }


def _hit(line: Line, reader: Any, pieces: Any) -> dict[str, Any]:
    name, room = str(line.author), line.room.title_for(reader)
    return {
        "url": f"{room_url(line.room)}?at={line.pk}#l{line.pk}",
        "room": room if room != name else "",
        "author": name,
        "initials": readable.initials(name),
        "hue": readable.hue(line.author.email or name),
        "at": readable.moment(line.created_at),
        "iso": line.created_at.isoformat(),
        "pieces": pieces,
    }
