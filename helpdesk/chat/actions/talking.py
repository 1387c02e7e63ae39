"""Saying something."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team
from helpdesk.chat import screens
from helpdesk.chat.actions.files import store, take
from helpdesk.chat.actions.news import note_down
from helpdesk.chat.actions.rooms import room_of, room_with
from helpdesk.chat.models import Line, Reading, Room
from helpdesk.chat.permissions import can_write
from helpdesk.chat.queries import audiences, called_in
from helpdesk.chat.searching import entry_of
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.uploads import NewFile
from helpdesk.search import actions as search

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

LONGEST = 10_000
"""Characters of a line."""
MOST_FILES = 10
MOST_A_MINUTE = 60
"""Lines of one person."""


@transaction.atomic
def say(
    *,
    room: Room,
    by: "User",
    text: str,
    token: UUID,
    files: Iterable[NewFile] = (),
    uploads: Sequence[UUID] = (),
) -> Line:
    """A line of this person's, with files that come with it or were sent ahead (`uploads`, their keys). The same
    `token` again is the same line. Colleagues whom it calls, and the other of a pair, are told if they are away.

    Raises NotAllowed where they may not write; Refused when it is empty, too long, too much, or a file is not kept.
    """
    room = locked(room, by=by)
    if (said := Line.objects.filter(author=by, token=token).first()) is not None:
        return said
    if not can_write(by, room):
        raise NotAllowed(_("Nobody reads here any more: nothing can be written."))
    new = list(files)
    text = _clean(text, has_files=bool(new or uploads), count=len(new) + len(uploads))
    _ensure_not_too_much(by)
    called = called_in(text, room=room, by=by)
    line = Line.objects.create(
        room=room, author=by, token=token, text=text, mentioned=[each.pk for each in called], created_at=timezone.now()
    )
    kept = [*store(line=line, files=new, by=by), *take(line=line, keys=uploads, by=by, after=len(new))]
    _settle(room, line, by)
    search.index(entry_of(line, author=by, filenames=[each.filename for each in kept]))
    if room.is_pair or called:
        note_down(line)
    screens.tell_said(room)
    return line


@transaction.atomic
def say_to(
    *, person: "User", by: "User", text: str, token: UUID, **files: "Iterable[NewFile] | Sequence[UUID]"
) -> Line:
    """The same to somebody with whom there may be no room yet. Raises NotAllowed, Refused."""
    room = room_with(person=person, by=by)
    return say(room=room, by=by, text=text, token=token, **files)  # type: ignore[arg-type]


@transaction.atomic
def say_in(*, team: Team, by: "User", text: str, token: UUID, **files: "Iterable[NewFile] | Sequence[UUID]") -> Line:
    """The same in a team's room, which may not be there yet. Raises NotAllowed, Refused."""
    room = room_of(team=team, by=by)
    return say(room=room, by=by, text=text, token=token, **files)  # type: ignore[arg-type]


def locked(room: Room, *, by: "User") -> Room:
    """The room as it is now, locked against other lines, in the caller's transaction. Raises NotAllowed when the person
    no longer sees it."""
    rows = Room.objects.select_for_update(of=("self",), no_key=True).with_names()
    found = rows.get(pk=room.pk)
    if not Room.objects.visible_to(by).filter(pk=room.pk).exists():
        raise NotAllowed(_("This conversation is no longer open to you."))
    return found


def _clean(text: str, *, has_files: bool, count: int) -> str:
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text and not has_files:
        raise Refused(_("Write something, or attach a file."))
    if len(text) > LONGEST:
        raise Refused(
            _("This is too long: %(count)s characters, at most %(most)s. Send it as a file.")
            % {"count": len(text), "most": LONGEST}
        )
    if count > MOST_FILES:
        raise Refused(_("At most %(most)s files in one line: put them into an archive.") % {"most": MOST_FILES})
    return text


def _ensure_not_too_much(by: "User") -> None:
    lately = Line.objects.filter(author=by, created_at__gt=timezone.now() - timedelta(minutes=1))
    if len(lately.order_by().values_list("pk")[:MOST_A_MINUTE]) >= MOST_A_MINUTE:
        raise Refused(_("You wrote %(most)s lines within a minute: wait a little.") % {"most": MOST_A_MINUTE})


def _settle(room: Room, line: Line, by: "User") -> None:
    """The room ends with this line; its author has read it, and to whoever never was here it is the first unread."""
    before, room.last_line = room.last_line, line.pk
    room.save(update_fields=["last_line"])
    (keys,) = audiences([room]).values()
    known = set(Reading.objects.filter(room=room).values_list("person", flat=True))
    fresh = [Reading(room=room, person_id=key, read_to=before) for key in sorted((keys | {by.pk}) - known)]
    Reading.objects.bulk_create(fresh, ignore_conflicts=True)
    Reading.objects.filter(room=room, person=by).update(read_to=line.pk, draft="")
