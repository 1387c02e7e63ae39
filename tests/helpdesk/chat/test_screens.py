"""Pages hear of rooms that their person may see, of nobody else's; and of who writes there."""

import re

import pytest

from helpdesk.accounts.actions.leaving import deactivate
from helpdesk.accounts.enums import Role
from helpdesk.chat.actions.reading import read
from helpdesk.chat.screens import who_is_in
from helpdesk.journal.actions import record
from tests.browsers import browser_of
from tests.chat import answered, told, told_team
from tests.factories import StaffFactory
from tests.peers.live import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_page(port):
    """The stream of a page of somebody's."""
    pages = []

    def open_(query, person):
        pages.append(Page(port, f"/events/?{query}", browser_of(person).session.session_key))
        return pages[-1]

    yield open_
    for page in pages:
        page.close()


def words(told_):
    _event, data = told_
    return data.split()[1:]


def test_line_when_it_is_said_then_the_room_and_every_page_of_its_people_hear_and_nobody_else(
    open_page, anna, maya, timur
):
    room = told(anna, maya).room
    beside = told(anna, timur).room
    here, elsewhere, others = open_page(f"room={room.pk}", maya), open_page("desk=1", maya), open_page("desk=1", timur)

    answered(room, anna)
    answered(beside, anna)

    assert here.hears("page") == ("page", "")
    assert words(elsewhere.hears("rows")) == [f"chat/{room.pk}"]
    assert words(others.hears("rows")) == [f"chat/{beside.pk}"]


def test_line_in_a_team_is_heard_by_members_and_contractors_of_its_queue(open_page, anna, maya, oleg, team, granted):
    pages = [open_page("desk=1", person) for person in (maya, oleg)]

    room = told_team(anna, team).room

    assert [words(page.hears("rows")) for page in pages] == [[f"chat/{room.pk}"]] * 2


def test_reading_when_it_was_done_elsewhere_then_the_persons_pages_hear(open_page, anna, maya):
    line = told(anna, maya)
    page = open_page("desk=1", maya)

    read(room=line.room, by=maya, to=line.pk)

    heard = words(page.hears("rows"))
    while heard[-1] != "chat":  # the line itself may come first
        heard += words(page.hears("rows"))
    assert set(heard) <= {"chat", f"chat/{line.room.pk}"}


def test_room_when_somebody_writes_then_the_other_is_told_until_it_is_said(open_page, anna, maya):
    room = told(anna, maya).room
    page, _own = open_page(f"room={room.pk}", maya), open_page(f"room={room.pk}", anna)
    browser, path = browser_of(anna), f"/desk/chat/{room.pk}/"

    def hears():
        return re.sub(r"<span class=\"avatar[^>]*>[^<]*</span>|<[^>]+>", "", page.hears("presence")[1]).strip()

    while (seen := hears()) != "Anna Orlova is here":
        assert seen == ""
    browser.post(f"{path}draft/", {"body": "Half a"})
    writing, there = hears(), who_is_in(room.pk)
    browser.post(path, {"body": "Half a word"})

    assert writing == "Anna Orlova is writing"
    assert there == {anna.pk, maya.pk}
    assert hears() == "Anna Orlova is here"


def test_stream_of_a_room_ends_for_who_leaves_and_for_who_is_of_the_team_no_more(open_page, anna, maya, team):
    room = told_team(anna, team).room
    pair = told(anna, maya).room
    of_team, of_pair = open_page(f"room={room.pk}", maya), open_page(f"room={pair.pk}", anna)
    admin = StaffFactory(role=Role.ADMINISTRATOR)

    team.members.set([anna])
    record(verb="team_changed", subject=team, by=admin, before={}, after={})
    deactivate(person=anna, by=admin, reason="Leaves")

    assert of_team.hears("page", "rows") == ("", "")
    assert of_pair.hears("page") == ("", "")
