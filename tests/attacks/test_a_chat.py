"""What somebody who means harm writes into the chat, or asks of it by a guess."""

import pytest

from helpdesk.core.uploads import NewFile
from tests.browsers import browser_of, proved
from tests.chat import told
from tests.factories import StaffFactory
from tests.htmx import tree

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "javascript:alert(1) JaVaScRiPt://x/%0aalert(1) data:text/html,<b>x</b> vbscript:x",
    'https://evil.example/"onmouseover="alert(1) https://evil.example/<svg/onload=alert(1)>',
    "{{ 7|add:7 }} {% load %} ${7*7}",
    "</textarea></p></div><form action=https://evil.example>",
    "@anna<script> #20043<script> [x](javascript:alert(1)) ![x](cid:1)",
)


@pytest.fixture
def pair(db):
    return StaffFactory(name='<b onclick="x">Anna</b>', email="anna@helpdesk.example"), StaffFactory(name="Maya")


@pytest.mark.parametrize("text", HOSTILE, ids=["tags", "schemes", "address", "template", "closing", "markdown"])
def test_line_when_it_holds_markup_then_it_is_text_wherever_it_is_shown(pair, text):
    anna, maya = pair
    line = told(anna, maya, text, files=[NewFile('<i onclick="x">.txt', b"x", "text/plain")])
    browser = browser_of(maya)

    for path in (
        f"/desk/chat/{line.room_id}/",
        "/desk/chat/",
        "/desk/chat/?q=alert",
        f"/desk/chat/{line.room_id}/?q=x",
    ):
        page = tree(browser.get(path).content.decode())
        main = page.get_element_by_id("main")
        links = [element.get("href") for element in main.iter("a")]
        assert not any(name.startswith("on") for element in main.iter() for name in element.attrib), path
        assert list(main.iter("script", "img")) == []
        assert all(link.startswith(("/", "?", "https://evil.example")) for link in links), links
        assert {form.get("action", "/")[0] for form in main.iter("form")} <= {"/"}
    said = tree(browser.get(f"/desk/chat/{line.room_id}/").content.decode()).get_element_by_id(f"l{line.pk}")
    words = " ".join(said.find_class("chat-text")[0].text_content().split())
    assert words.replace('@<b onclick="x">Anna</b>', "@anna") == " ".join(text.split())


def test_line_with_addresses_leads_outside_without_telling_where_from(pair):
    anna, maya = pair
    line = told(anna, maya, "https://evil.example/")

    page = tree(browser_of(maya).get(f"/desk/chat/{line.room_id}/").content.decode())

    (link,) = [each for each in page.iter("a") if each.get("href") == "https://evil.example/"]
    assert (link.get("rel"), link.get("target")) == ("noopener noreferrer nofollow", "_blank")


def test_conversation_when_an_administrator_sees_as_its_person_then_it_stays_shut(pair):
    anna, maya = pair
    line = told(anna, maya, "Between us", files=[NewFile("a.txt", b"a", "text/plain")])
    admin = proved(browser_of(StaffFactory(role="administrator")))
    admin.post(f"/admin/accounts/user/{maya.pk}/seeing/", {"reason": "She asked me to look"})

    desk = admin.get("/desk/tickets/")
    paths = ["/desk/chat/", f"/desk/chat/{line.room_id}/", f"/desk/chat/files/{line.enclosures.get().pk}/"]

    assert desk.status_code == 200
    assert [admin.get(path).status_code for path in paths] == [403] * 3
