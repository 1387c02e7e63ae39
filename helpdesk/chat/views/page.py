"""The page of a room: the list of rooms beside it, its lines, and where one writes."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.chat.actions.files import uploads_of
from helpdesk.chat.forms import LineForm
from helpdesk.chat.models import Line, Room
from helpdesk.chat.permissions import can_write
from helpdesk.chat.queries import RoomFacts, people_in, reading_of, rooms_of, shown_count, teams_without_room
from helpdesk.chat.screens import CHANNEL
from helpdesk.chat.views.lines import items, window
from helpdesk.chat.views.place import Place
from helpdesk.core import readable
from helpdesk.core.http import render
from helpdesk.core.registries import frames

LARGEST = 2**63 - 1
MOST_NAMED = 12
SNIPPET = 80


def show(
    request: StaffRequest, place: Place, *, form: LineForm | None = None, status: int = 200, is_answer: bool = False
) -> HttpResponse:
    """The page. `is_answer`: to htmx, after something was said or refused, its lines and the foot of the form."""
    template = "chat/_said.html" if is_answer else "chat/room.html"
    context = _talk(request, place, form=form)
    if not is_answer:
        context |= beside(request.user, current=place.url) | _head(place, request.user) | frame(request, place)
    return render(request, template, context, status=status)


def frame(request: StaffRequest, place: Place | None = None) -> dict[str, Any]:
    """What stands round every page of the chat, and what its stream tells of."""
    found = dict(frames["desk"](request.user, current="chat"))
    if place is not None and place.room is not None:
        found["live"] = f"{CHANNEL}={place.room.pk}"
    return found


def beside(user: User, *, current: str = "") -> dict[str, Any]:
    """The list of rooms, and teams in whose room nothing was said yet."""
    rows = [_row(facts, user, current) for facts in rooms_of(user)]
    empty = [Place(None, team=team) for team in teams_without_room(user)]
    return {"rooms": [*rows, *(_empty_row(place, current) for place in empty)]}


def number(text: str) -> int:
    """A key as it stands in an address; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST else 0


def snippet(line: Line | None, user: User) -> str:
    """What the list of rooms shows of a line."""
    if line is None or line.deleted_at is not None:
        return ""
    words = " ".join(line.text.split()) or _("a file")
    words = words if len(words) <= SNIPPET else f"{words[: SNIPPET - 1]}…"
    return _("You: %(words)s") % {"words": words} if line.author_id == user.pk else words


def _talk(request: StaffRequest, place: Place, *, form: LineForm | None) -> dict[str, Any]:
    user, room = request.user, place.room
    before, at = number(request.GET.get("before", "")), number(request.GET.get("at", ""))
    lines, has_earlier = window(room, before=before, at=at) if room else ([], False)
    reading = reading_of(user, room) if room else None
    read_to = reading.read_to if reading else room.last_line if room else 0
    return {
        "place": place,
        "lines": items(lines, reader=user, read_to=read_to),
        "earlier_url": f"{place.url}?before={lines[0].pk}" if has_earlier else "",
        "is_partial": bool(before or at),
        "unread_to": room.last_line if room and reading and read_to < room.last_line and not (before or at) else 0,
        "writes": can_write(user, room) if room else True,
        "composer": _composer(user, form),
        "draft": "" if form or reading is None else reading.draft,
        "key": uuid4(),
    }


def _composer(user: User, form: LineForm | None) -> dict[str, Any]:
    found = uploads_of(by=user, keys=form.uploads) if form and form.uploads else []
    return {
        "text": str(form["body"].value() or "") if form else "",
        "errors": form.all_errors if form else [],
        "uploads": [{"id": str(each.pk), "name": each.filename, "size": readable.size(each.size)} for each in found],
        "upload_url": reverse("chat:uploads"),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
    }


def _head(place: Place, user: User) -> dict[str, Any]:
    """Who is in the room: said of a team's, where one does not see it by the name."""
    names = [str(person) for person in people_in(place.room)] if place.room and place.team else []
    more = len(names) - MOST_NAMED
    said = ", ".join(names[:MOST_NAMED]) + (_(" and %(count)s more") % {"count": more} if more > 0 else "")
    return {"people": said, "face": _face(place.title, place.person)}


def _row(facts: RoomFacts, user: User, current: str) -> dict[str, Any]:
    room, last = facts.room, facts.last
    place = Place(room, person=room.other_than(user) if room.is_pair else None, team=room.team)
    who = f"{last.author.get_short_name()}: " if last and not room.is_pair and last.author_id != user.pk else ""
    words = snippet(last, user)
    return {
        "title": place.title,
        "url": place.url,
        "key": room.pk,
        "current": place.url == current,
        "unread": shown_count(facts.unread),
        "words": f"{who}{words}" if words else "",
        "at": readable.moment(last.created_at, style="short", now=timezone.now()) if last else "",
        "face": _face(place.title, place.person),
    }


def _empty_row(place: Place, current: str) -> dict[str, Any]:
    shown = {"title": place.title, "url": place.url, "key": f"team-{place.team.pk}", "current": place.url == current}
    return {**shown, "unread": "", "words": "", "at": "", "face": _face(place.title, None)}


def _face(title: str, person: Any) -> dict[str, Any]:
    """Initials and colour of a person; a team has neither."""
    if person is None:
        return {"initials": "", "hue": 0}
    return {"initials": readable.initials(title), "hue": readable.hue(person.email or title)}


def room_url(room: Room) -> str:
    return reverse("chat:room", args=[room.pk])
