"""Saying something: once, in order, by whoever may."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from helpdesk.chat.actions import talking
from helpdesk.chat.actions.files import upload
from helpdesk.chat.actions.talking import say, say_to
from helpdesk.chat.models import Enclosure, Line, Reading, Room, Untold
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.uploads import NewFile
from tests.chat import answered, told, told_team
from tests.factories import StaffFactory, TeamFactory
from tests.statements import count_of


def test_line_when_it_is_the_first_of_two_then_their_room_is_made_and_it_is_unread_to_the_other(anna, maya):
    line = told(maya, anna, "Coffee?")
    again = told(anna, maya, "Now!")

    assert (line.room.first, line.room.second) == (anna, maya)
    assert again.room == line.room
    assert Room.objects.get().last_line == again.pk
    assert dict(Reading.objects.values_list("person", "read_to")) == {anna.pk: again.pk, maya.pk: line.pk}


def test_line_when_the_same_form_comes_twice_then_there_is_one(anna, maya):
    token = uuid4()

    lines = [say_to(person=maya, by=anna, text="Once", token=token) for _ in range(2)]

    assert lines[0] == lines[1]
    assert Line.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pair_when_both_write_first_at_once_then_they_are_in_one_room(anna, maya):
    start = Barrier(2)

    def write(by, person):
        start.wait()
        try:
            return told(by, person).room
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        rooms = [future.result() for future in [pool.submit(write, anna, maya), pool.submit(write, maya, anna)]]

    assert rooms[0] == rooms[1]
    assert Line.objects.filter(room=Room.objects.get()).count() == 2


def test_line_in_a_team_is_unread_from_there_on_to_its_members_whoever_joins_later_begins_later(
    anna, maya, timur, oleg, team, granted
):
    first = told_team(anna, team)
    team.members.add(timur)
    second = answered(first.room, maya)

    unread = {person.name: Line.objects.unread_by(person).count() for person in (anna, maya, timur, oleg)}

    assert unread == {anna.name: 1, maya.name: 0, timur.name: 1, oleg.name: 2}
    assert Reading.objects.get(person=timur).read_to == first.pk < second.pk


def test_line_when_somebody_is_called_then_people_of_the_room_are_and_nobody_else(anna, maya, timur, team):
    line = told_team(anna, team, "@maya, @timur and @anna: see mail@maya.example")

    assert line.mentioned == [maya.pk]
    assert list(Untold.objects.values_list("line", flat=True)) == [line.pk]


def test_line_in_a_team_that_calls_nobody_tells_nobody(anna, team):
    told_team(anna, team)

    assert not Untold.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Write something"), (" \n\0", "Write something"), ("x" * 10_001, "too long")],
    ids=["empty", "blank", "long"],
)
def test_line_when_it_can_not_be_said_then_it_is_refused(anna, maya, text, sentence):
    with pytest.raises(Refused, match=sentence):
        told(anna, maya, text)

    assert not Line.objects.exists()


def test_line_when_there_are_too_many_within_a_minute_then_it_is_refused(anna, maya, monkeypatch):
    monkeypatch.setattr(talking, "MOST_A_MINUTE", 2)
    told(anna, maya)
    told(anna, maya)

    with pytest.raises(Refused, match="within a minute"):
        told(anna, maya)
    assert told(maya, anna)


def test_line_when_files_come_along_and_were_sent_ahead_then_it_has_them_in_order(anna, maya, text_upload):
    ahead = upload(upload=text_upload("ahead.txt"), by=anna)

    line = told(anna, maya, "", files=[NewFile("with.txt", b"x", "text/plain")], uploads=[ahead.pk])

    assert [each.filename for each in line.enclosures.all()] == ["with.txt", "ahead.txt"]


def test_line_when_a_file_is_somebody_elses_or_taken_then_it_is_refused(anna, maya, text_upload):
    mayas = upload(upload=text_upload("hers.txt"), by=maya)
    taken = upload(upload=text_upload("taken.txt"), by=anna)
    told(anna, maya, "Take this", uploads=[taken.pk])

    for file in (mayas, taken):
        with pytest.raises(Refused, match="no longer kept"):
            told(anna, maya, "And this", uploads=[file.pk])
    assert Enclosure.objects.filter(line=None).get() == mayas


def test_line_when_the_other_has_left_or_shares_no_team_any_more_then_nothing_is_written(anna, maya, oleg, granted):
    rooms = {maya: told(anna, maya).room, oleg: told(anna, oleg).room}
    maya.is_active = False
    maya.save()
    granted.delete()

    for room in rooms.values():
        with pytest.raises(NotAllowed):
            answered(room, anna)
    with pytest.raises(NotAllowed):
        answered(rooms[oleg], oleg)


def test_line_when_the_room_is_somebody_elses_then_nothing_is_written(anna, maya, timur, clara, team):
    pair, of_team = told(anna, maya).room, told_team(anna, team).room

    for person in (timur, clara, StaffFactory(role="administrator")):
        for room in (pair, of_team):
            with pytest.raises(NotAllowed):
                answered(room, person)
    with pytest.raises(NotAllowed):
        told(clara, anna)
    with pytest.raises(NotAllowed):
        told(anna, clara)
    with pytest.raises(NotAllowed):
        told_team(timur, team)


def test_line_costs_the_same_in_a_team_of_two_and_of_many(anna, maya, team):
    large = TeamFactory()
    large.members.set([anna, *StaffFactory.create_batch(5)])
    small_room, large_room = told_team(anna, team).room, told_team(anna, large).room

    small, _ = count_of(lambda: say(room=small_room, by=anna, text="Hello", token=uuid4()))
    many, listed = count_of(lambda: say(room=large_room, by=anna, text="Hello", token=uuid4()))

    assert small == many, listed
