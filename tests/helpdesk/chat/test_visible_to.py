"""Whose conversations these are: every kind of person × every kind of room, by the teams and grants of the moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Grant
from helpdesk.chat.models import Enclosure, Line, Room
from helpdesk.chat.people import people_for
from helpdesk.core.uploads import NewFile
from tests.chat import told, told_team
from tests.factories import GrantFactory, StaffFactory, TeamFactory

FILE = NewFile("plan.txt", b"plan", "text/plain")


@pytest.fixture
def rooms(anna, maya, timur, oleg, team, granted):
    """By what they are called."""
    other = TeamFactory(name="Shops")
    other.members.set([timur])
    return {
        "team": told_team(anna, team, files=[FILE]).room,
        "other team": told_team(timur, other, files=[FILE]).room,
        "anna maya": told(anna, maya, files=[FILE]).room,
        "anna timur": told(anna, timur, files=[FILE]).room,
        "anna oleg": told(anna, oleg, files=[FILE]).room,
    }


def seen(person, rooms):
    """What they see of rooms, of lines and of files, which is the same."""
    names = {room.pk: name for name, room in rooms.items()}
    of_rooms = {names[room.pk] for room in Room.objects.visible_to(person)}
    assert {names[line.room_id] for line in Line.objects.visible_to(person)} == of_rooms
    assert {names[file.line.room_id] for file in Enclosure.objects.visible_to(person)} == of_rooms
    return of_rooms


def test_rooms_when_staff_look_then_they_see_their_teams_and_pairs_and_nobody_elses(rooms, anna, maya, timur):
    ada = StaffFactory(role=Role.ADMINISTRATOR)

    found = {person.name: seen(person, rooms) for person in (anna, maya, timur, ada)}

    assert found == {
        anna.name: {"team", "anna maya", "anna timur", "anna oleg"},
        maya.name: {"team", "anna maya"},
        timur.name: {"other team", "anna timur"},
        ada.name: set(),
    }


def test_contractor_when_the_grant_ends_then_they_see_nothing_any_more(rooms, oleg, granted):
    before = seen(oleg, rooms)

    Grant.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert before == {"team", "anna oleg"}
    assert seen(oleg, rooms) == set()


def test_member_when_the_team_changes_then_their_rooms_do_at_once(rooms, team, maya, timur):
    team.members.set([timur])

    assert seen(maya, rooms) == {"anna maya"}
    assert seen(timur, rooms) == {"team", "other team", "anna timur"}


def test_person_when_they_left_or_are_a_customer_then_they_see_nothing(rooms, anna, clara):
    anna.is_active = False

    assert seen(anna, rooms) == set()
    assert seen(clara, rooms) == set()


def test_contractor_of_a_team_without_a_grant_sees_nothing(rooms, team):
    member = StaffFactory(role=Role.CONTRACTOR)
    team.members.add(member)

    assert seen(member, rooms) == set()
    assert set(people_for(member)) == set()


def test_people_when_staff_and_contractors_ask_whom_they_may_write_to_then_both_sides_agree(
    anna, maya, timur, oleg, clara, team, granted
):
    elsewhere = GrantFactory().contractor
    left = StaffFactory(is_active=False)
    everybody = [anna, maya, timur, oleg, elsewhere, left, clara]

    found = {person: set(people_for(person)) for person in everybody}

    assert found == {
        anna: {maya, timur, oleg},
        maya: {anna, timur, oleg},
        timur: {anna, maya},
        oleg: {anna, maya},
        elsewhere: set(),
        left: set(),
        clara: set(),
    }


def test_upload_that_no_line_took_is_seen_by_its_uploader_alone(anna, maya):
    file = Enclosure.objects.create(uploaded_by=anna, filename="a", content_type="text/plain", size=1, sha256="x")

    assert Enclosure.objects.visible_to(anna).filter(pk=file.pk).exists()
    assert not Enclosure.objects.visible_to(maya).exists()
