"""What open pages are told of the chat: that something was said in a room, and that somebody has read.

A page of a room hears of it, and every page of those who may be in it, for the number in the rail; what it shows it
asks for itself. Who is in a room, and who writes there, is told to the others in it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from helpdesk.chat.models import Room
from helpdesk.chat.queries import audiences
from helpdesk.core.parts import part
from helpdesk.core.retrying import retrying
from helpdesk.notifications.live import bus
from helpdesk.notifications.live.channels import Channel, channels, own_channel, things
from helpdesk.notifications.live.happenings import Change, tell

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

CHANNEL = "room"
"""Of the page of one room, by its key."""
SAID = "chat"
"""The kind whose keys are rooms: something was said there."""
READ = "chat-reading"
"""The kind whose keys are people: they have read."""
WRITES = "line"
LONGEST_KEY = 18
"""Digits."""


def register() -> None:
    """Called once when the program starts."""
    channels.register(CHANNEL, Channel(may_listen=may_listen, show=show, hears=hears))
    things.register(SAID, said_in)
    things.register(READ, read_by)


def may_listen(user: "User", key: str) -> bool:
    """Whoever sees the room."""
    if not (key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY):
        return False
    return retrying(lambda: Room.objects.visible_to(user).filter(pk=int(key)).exists())


def hears(user: "User") -> frozenset[str]:
    """What stands in the rail of every page of the desk."""
    return channels["desk"].hears(user)


def said_in(keys: Sequence[str]) -> Mapping[str, Change]:
    """Who hears of rooms with these keys, in three statements at most."""
    rooms = list(Room.objects.filter(pk__in=[int(key) for key in keys]).order_by("pk"))
    heard = audiences(rooms)
    return {
        str(room.pk): Change(
            f"{SAID}/{room.pk}", frozenset({f"{CHANNEL}:{room.pk}", *(own_channel(key) for key in heard[room.pk])})
        )
        for room in rooms
    }


def read_by(keys: Sequence[str]) -> Mapping[str, Change]:
    """The keys are those of people. No statement."""
    return {key: Change(SAID, frozenset({own_channel(key)})) for key in keys}


def tell_said(room: Room) -> None:
    """Pages of the room show another one, once the caller's transaction has committed."""
    tell(SAID, [room.pk])


def tell_read(person: int) -> None:
    """Pages of the person with this key show other numbers."""
    tell(READ, [person])


def tell_writing(*, room: Room, by: "User", is_writing: bool) -> None:
    """They are writing, or have stopped. Never raises for Valkey's sake."""
    channel = f"{CHANNEL}:{room.pk}"
    if is_writing:
        bus.write(channel, pk=by.pk, kind=WRITES)
    else:
        bus.stop_writing(channel, pk=by.pk, kind=WRITES)


def who_is_in(room: int) -> set[int]:
    """The keys of those who have the room before them; nobody where that can't be asked."""
    return {each.pk for each in bus.company(f"{CHANNEL}:{room}").people}


def show(people: list[bus.Present]) -> str:
    """What the head of the room says of the others, in the language that is active; "" when there is nobody."""
    if not people:
        return ""
    return part("chat/_present.html", {"people": [{"name": each.name, "writes": bool(each.writes)} for each in people]})
