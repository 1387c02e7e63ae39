"""Rows of the chat that the database refuses to take, by the names of its constraints."""

from uuid import UUID

from django.utils import timezone

from helpdesk.chat.models import EarlierLine, Line, Reading, Room
from tests.chat import told
from tests.factories import StaffFactory


def _line():
    return told(StaffFactory(), StaffFactory())


def _room_of_a_pair_twice():
    room = _line().room
    Room.objects.create(kind="pair", first=room.first, second=room.second)


def _room_of_one():
    person = StaffFactory()
    Room.objects.create(kind="pair", first=person, second=person)


def _line_twice():
    line = _line()
    for _ in range(2):
        Line.objects.create(room=line.room, author=line.author, text="Twice", token=UUID(int=7))


def _earlier_line_twice():
    line = _line()
    for _ in range(2):
        EarlierLine.objects.create(line=line, version=0, text="Once", until=timezone.now())


def _reading_twice():
    reading = Reading.objects.filter(room=_line().room).first()
    Reading.objects.create(person=reading.person, room=reading.room)


BROKEN_TALK = {
    "room_of_a_pair_once": _room_of_a_pair_twice,
    "room_is_of_two_or_of_a_team": _room_of_one,
    "line_once": _line_twice,
    "deleted_line_says_nothing": lambda: Line.objects.filter(pk=_line().pk).update(deleted_at=timezone.now()),
    "earlier_line_once": _earlier_line_twice,
    "reading_once": _reading_twice,
}
