"""The conversation in the order that its reader likes."""

import pytest

from helpdesk.journal.models import Entry
from tests.factories import MessageFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import at_most
from tickets.views.desk import conversation


@pytest.fixture
def ticket(clara):
    ticket = TicketFactory(requester=clara)
    for words in ("First", "Second", "Third"):
        MessageFactory(ticket=ticket, author=clara, text=words, html=f"<p>{words}</p>")
    return ticket


def url(ticket, word=""):
    return f"/desk/tickets/{ticket.number}/{word}"


def parts_of(page):
    """What stands in the conversation, from top to bottom."""
    names = []
    for element in tree(page).find_class("conversation")[0].iter():
        name = element.get("id") or element.get("href") or ""
        if name in ("composer", "timeline") or name.startswith(("?before=", "m")):
            names.append(name.rstrip("0123456789"))
    return names


def test_switch_turns_the_conversation_round_for_good_and_back(desk, anna, ticket):
    response = desk.post(url(ticket, "order/"), {"order": "newest"})

    anna.refresh_from_db()
    page = desk.get(response["Location"]).content.decode()
    assert (response.status_code, anna.newest_first) == (303, True)
    assert page.index("Third") < page.index("Second") < page.index("First")
    assert parts_of(page) == ["composer", "timeline", "m", "m", "m"]
    assert Entry.objects.filter(verb="personal_settings_changed").count() == 1
    desk.post(url(ticket, "order/"), {"order": "oldest"})
    page = desk.get(url(ticket)).content.decode()
    assert page.index("First") < page.index("Second") < page.index("Third")
    assert parts_of(page) == ["timeline", "m", "m", "m", "composer"]


def test_earlier_messages_stand_where_they_belong(desk, anna, ticket, monkeypatch):
    monkeypatch.setattr(conversation, "MESSAGES", 2)
    oldest_first = parts_of(desk.get(url(ticket)).content.decode())
    anna.newest_first = True
    anna.save(update_fields=["newest_first"])

    newest_first = desk.get(url(ticket)).content.decode()

    assert oldest_first == ["?before=", "timeline", "m", "m", "composer"]
    assert parts_of(newest_first) == ["composer", "timeline", "m", "m", "?before="]
    (earlier,) = tree(newest_first).xpath("//a[starts-with(@href, '?before=')]/@href")
    page = desk.get(url(ticket, earlier)).content.decode()
    assert "First" in page
    assert "Third" not in page


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("word", ["notes/", "priority/"])
def test_fragment_gives_what_a_reload_gives(desk, anna, ticket, newest_first, word):
    anna.newest_first = newest_first
    anna.save(update_fields=["newest_first"])
    before = desk.get(url(ticket)).content.decode()
    seen = tree(before).get_element_by_id("seen").get("value")
    key = tree(before).xpath("//input[@name='key']/@value")[0]

    said = {"body": "A note", "key": key, "priority": "high", "seen": seen}
    fragment = desk.post(url(ticket, word), said, headers=HTMX)

    target = "composer" if word == "notes/" else "side"
    path = url(ticket, "?compose=note") if word == "notes/" else url(ticket)
    assert fragment.status_code == 200
    assert timeline(applied(before, fragment, target=target)) == timeline(desk.get(path).content.decode())


def timeline(document):
    return shown(document, inside="timeline")


def test_page_in_either_order_runs_the_same_statements(desk, anna, ticket):
    anna.newest_first = True
    anna.save(update_fields=["newest_first"])
    desk.get(url(ticket))

    with at_most(14):
        desk.get(url(ticket))


def test_personal_page_keeps_the_order_and_the_cabinet_does_not_ask(desk, anna, clara, browse):
    form = {"name": anna.name, "theme": "dark", "newest_first": "on"}

    desk.post("/desk/me/", form)

    anna.refresh_from_db()
    assert anna.newest_first
    assert 'name="newest_first"' not in browse(clara).get("/cabinet/me/").content.decode()


def test_order_on_a_ticket_that_is_not_theirs_is_not_found(browse, oleg, ticket):
    response = browse(oleg).post(url(ticket, "order/"), {"order": "newest"})

    oleg.refresh_from_db()
    assert (response.status_code, oleg.newest_first) == (404, False)
