"""Lines are found by whoever sees their room, wherever one looks."""

import pytest

from helpdesk.chat.actions.rewriting import delete, edit
from helpdesk.chat.searching import LINES, asked_for, entries
from helpdesk.core.uploads import NewFile
from helpdesk.search.finding import find
from tests.browsers import browser_of
from tests.chat import told, told_team


def found(reader, words, **how):
    return [hit.key for hit in find(LINES, reader=reader, asked=asked_for(reader, words, **how), order="latest").hits]


@pytest.fixture
def lines(anna, maya, timur, oleg, team, granted):
    return {
        "team": told_team(maya, team, "The umbrella stands in the hall."),
        "pair": told(maya, anna, "Your umbrella?", files=[NewFile("umbrella_2024.txt", b"x", "text/plain")]),
        "others": told(maya, timur, "Timur's umbrella."),
    }


def test_words_when_colleagues_ask_then_each_finds_what_they_see(lines, anna, timur, oleg, clara, granted):
    by_reader = {person: found(person, "umbrellas") for person in (anna, timur, oleg, clara)}
    granted.delete()

    assert by_reader == {
        anna: [lines["pair"].pk, lines["team"].pk],
        timur: [lines["others"].pk],
        oleg: [lines["team"].pk],
        clara: [],
    }
    assert found(oleg, "umbrella") == []


def test_words_when_one_looks_in_one_room_by_file_or_by_sender_then_they_narrow(lines, anna, maya):
    assert found(anna, "umbrella", room=lines["pair"].room) == [lines["pair"].pk]
    assert found(anna, "has:file umbrella") == [lines["pair"].pk]
    assert found(anna, "umbrella_2024") == [lines["pair"].pk]
    assert found(anna, "from:maya hall") == [lines["team"].pk]
    assert found(anna, "from:me umbrella") == []


def test_words_that_ask_something_of_tickets_find_no_line(lines, anna, team):
    assert found(anna, "status:open umbrella") == []
    assert found(anna, "team:support umbrella") == []


def test_line_when_it_is_changed_or_deleted_then_it_is_found_by_what_it_says_now(anna, maya):
    changed, deleted = told(anna, maya, "A parasol"), told(anna, maya, "Another parasol")
    edit(line=changed, by=anna, text="A sunshade", version=0)
    delete(line=deleted, by=anna)

    assert found(maya, "parasol") == []
    assert found(maya, "sunshade") == [changed.pk]


def test_index_when_it_is_made_anew_then_it_has_every_line_that_stands(lines, maya):
    delete(line=lines["others"], by=maya)

    made = entries(0, 10)

    assert [entry.key for entry in made] == [lines["team"].pk, lines["pair"].pk]
    assert made[1].names == "umbrella_2024.txt"


def test_pages_show_what_is_found_and_mark_it(lines, anna, timur):
    everywhere = browser_of(anna).get("/desk/chat/", {"q": "umbrella"}).content.decode()
    here = browser_of(anna).get(f"/desk/chat/{lines['team'].room_id}/", {"q": "umbrella"}).content.decode()
    search = browser_of(anna).get("/desk/search/", {"q": "umbrella"}).content.decode()

    assert everywhere.count("<mark>umbrella</mark>") == 2
    assert here.count("<mark>umbrella</mark>") == 1
    assert f"?at={lines['team'].pk}#l{lines['team'].pk}" in here
    assert "Timur" not in everywhere.replace("Timur Aliev", "")
    assert 'href="/desk/chat/?q=umbrella"' in search
