"""My keyboard: keys changed, switched off and put back, and where that is seen."""

import json

import pytest

from helpdesk.accounts.actions.personal import choose_keys
from helpdesk.core.errors import NotAllowed
from helpdesk.core.keyboard import USUAL
from helpdesk.journal.models import Entry
from tests.htmx import HTMX, tree

URL = "/desk/me/keyboard/"
FORM = {f"key_{usual}": usual for usual in USUAL}


def page(response):
    return tree(response.content.decode())


def keys_in(response):
    return page(response).getroottree().getroot().get("data-keys")


def test_key_when_changed_with_a_bare_form_then_every_page_and_the_list_of_keys_know(desk, anna):
    response = desk.post(URL, FORM | {"key_e": "D", "key_z": "", "has_keys": "on"})

    anna.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, f"{URL}?saved")
    assert (anna.own_keys, anna.has_keys) == ({"e": "d", "z": ""}, True)
    assert json.loads(keys_in(desk.get("/desk/tickets/"))) == anna.own_keys
    shortcuts = page(desk.get("/desk/shortcuts/", headers=HTMX))
    listed = dict(zip(shortcuts.xpath("//dt/kbd[1]/text()"), shortcuts.xpath("//dd/text()"), strict=True))
    assert (listed["D"], "E" in listed, "Z" in listed) == ("Resolve the chosen", False, False)
    assert page(desk.get(URL)).xpath("//input[@name='key_e']/@value") == ["d"]
    assert "2 keys of your own" in desk.get("/desk/me/").content.decode()
    [line] = Entry.objects.filter(verb="personal_settings_changed")
    assert (line.facts["before"], line.facts["after"]) == ({"own_keys": {}}, {"own_keys": {"e": "d", "z": ""}})


def test_single_keys_when_switched_off_then_pages_say_so_and_can_be_put_back(desk, anna):
    desk.post(URL, FORM | {"key_e": "d"})
    off = keys_in(desk.get("/desk/tickets/")), page(desk.get("/desk/shortcuts/")).xpath("//main//dt/kbd[1]/text()")
    desk.post(URL, FORM | {"key_e": "d", "usual": "1"})

    anna.refresh_from_db()
    assert off == ("off", ["Enter", "Ctrl", "Ctrl", "Esc"])
    assert (anna.own_keys, anna.has_keys) == ({}, True)
    assert keys_in(desk.get("/desk/tickets/")) is None


def test_two_actions_on_one_key_are_refused_and_what_was_typed_stays(desk, anna):
    response = desk.post(URL, FORM | {"key_e": "j", "has_keys": "on"})

    anna.refresh_from_db()
    form = page(response)
    assert (response.status_code, anna.own_keys) == (422, {})
    assert "“J” can't be both “Next row” and “Resolve the chosen”" in form.text_content()
    assert form.xpath("//input[@name='key_e']/@value") == ["j"]


@pytest.mark.parametrize("key", ['"><img src=x>', "\0", "ы"])
def test_hostile_key_is_refused_and_harmless(desk, anna, key):
    response = desk.post(URL, FORM | {"key_e": key, "has_keys": "on"})

    assert response.status_code == (303 if key == "\0" else 422)
    assert page(response).xpath("//img") == []


def test_keys_are_chosen_by_nobody_for_somebody_else(anna, oleg):
    with pytest.raises(NotAllowed):
        choose_keys(person=anna, keys={}, has_keys=False, by=oleg)
