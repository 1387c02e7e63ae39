"""How far somebody has read, and what they are writing."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from helpdesk.chat import screens
from helpdesk.chat.actions.talking import LONGEST
from helpdesk.chat.models import Line, Reading, Room
from helpdesk.notifications.actions import reading as notices

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic
def read(*, room: Room, by: "User", to: int) -> None:
    """They have seen the room up to the line with the key `to`, never less than before; what they were told of the room
    counts as read with it. Their pages show other numbers."""
    to = min(to, room.last_line)
    place, _made = Reading.objects.get_or_create(person=by, room=room)
    moved = Reading.objects.filter(pk=place.pk, read_to__lt=to).update(read_to=to)
    if moved:
        notices.read_about(subject=room, by=by)
        screens.tell_read(by.pk)


@transaction.atomic
def keep_draft(*, room: Room, by: "User", text: str, token: UUID | None) -> None:
    """Keep what stands in the form. What the same form has said already is not kept again: the room's lock keeps a save
    and the saying apart."""
    Room.objects.select_for_update(of=("self",), no_key=True).get(pk=room.pk)
    if token is not None and Line.objects.filter(author=by, token=token).exists():
        return
    Reading.objects.get_or_create(person=by, room=room, defaults={"read_to": room.last_line})
    Reading.objects.filter(person=by, room=room).update(draft=text.replace("\0", "")[:LONGEST])
