"""Go anywhere."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import StaffFactory, TicketFactory
from tests.htmx import HTMX, tree
from tests.statements import at_most, count_of
from tickets.queries.going import MOST_FOUND, tickets_for

URL = "/desk/go/"


def found(browser, words, **headers):
    page = tree(browser.get(URL, {"q": words}, headers=headers).content.decode())
    return page.xpath("//*[contains(@class, 'palette-option')]/@href")


@pytest.mark.parametrize(
    "words",
    [
        "checkout",
        "Checkout returns",
        "check",
        "returns 502",
        "502 checkouts",
        "ret chec",
        "корз",
        "корзины",
        "out's check",
    ],
)
def test_ticket_when_words_of_its_subject_begin_so_then_found(desk, anna, words):
    ticket = TicketFactory(subject="Checkout’s out: returns 502, корзина пуста")
    TicketFactory(subject="Invoice for March")

    assert [each.number for each in tickets_for(anna, words=words)] == [ticket.number]


@pytest.mark.parametrize(
    "words", ["", "  ", "basket", "checkout basket", "'", "\\", "& | !", "'); --", ":*", "_", "the"]
)
def test_ticket_when_the_words_are_others_or_none_then_not_found(anna, words):
    TicketFactory(subject="Checkout returns 502")

    assert tickets_for(anna, words=words) == []


@pytest.mark.parametrize("form", ["{}", "#{}", " {} "])
def test_ticket_when_its_number_is_written_then_first_and_once(anna, form):
    ticket = TicketFactory(subject="Old")
    other = TicketFactory(subject=f"See {ticket.number}")

    assert tickets_for(anna, words=form.format(ticket.number)) == [ticket, other]


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 60, "²", "-1", "#"])
def test_number_that_no_ticket_has_finds_nothing(anna, number):
    TicketFactory(subject="Old")

    assert tickets_for(anna, words=number) == []


def test_tickets_when_there_are_many_then_the_latest_few(anna):
    made = [TicketFactory(subject="Basket is empty") for _ in range(MOST_FOUND + 1)]

    assert tickets_for(anna, words="basket") == sorted(made, key=lambda each: (each.active_at, each.pk))[:0:-1]


def test_tickets_that_a_contractor_may_not_see_are_not_found(browse, oleg):
    hidden = TicketFactory(subject="Secret basket")
    own = TicketFactory(subject="Secret checkout", assignee=oleg)

    assert found(browse(oleg), "secret")[:1] == [f"/desk/tickets/{own.number}/"]
    assert found(browse(oleg), str(hidden.number)) == [f"/desk/search/?q={hidden.number}"]


def test_places_are_those_the_person_may_enter(browse, anna, oleg):
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    views = [f"/desk/tickets/{view}" for view in ("?view=mine", "?view=team", "?view=unassigned", "", "?view=snoozed")]

    book = ["/desk/chat/", "/desk/people/", "/desk/organisations/"]
    mine = ["/desk/templates/", "/desk/me/", "/desk/me/keyboard/"]

    assert found(browse(anna), "") == [*views, "/desk/tickets/new/", *book, *mine]
    assert found(browse(oleg), "") == [*views, "/desk/chat/", "/desk/people/", *mine]
    assert found(browse(ada), "") == [
        *views,
        "/desk/tickets/new/",
        *book,
        "/desk/templates/",
        "/desk/me/",
        "/desk/me/keyboard/",
        "/desk/journal/",
        "/admin/",
    ]


@pytest.mark.parametrize(("words", "place"), [("my pa", "/desk/me/"), ("NEW", "/desk/tickets/new/")])
def test_place_when_words_of_its_name_are_written_then_found(desk, words, place):
    assert place in found(desk, words)
    assert "/desk/tickets/?view=unassigned" not in found(desk, words)


def test_place_that_is_called_so_stands_before_a_ticket_that_says_so(desk):
    ticket = TicketFactory(subject="My page is slow")

    assert found(desk, "my page") == ["/desk/me/", f"/desk/tickets/{ticket.number}/", "/desk/search/?q=my%20page"]


def test_options_lead_where_the_page_leads(desk):
    TicketFactory(subject="Basket is empty")

    for words in ("", "basket", "sign out", "n"):
        assert found(desk, words, **HTMX) == found(desk, words)


def test_options_are_a_listbox_out_of_the_tab_order(desk):
    ticket = TicketFactory(subject="Basket <b>is</b> empty")

    response = desk.get(URL, {"q": "  basket  "}, headers=HTMX)
    [box] = tree(response.content.decode()).find("body")

    options = box.xpath(".//*[@role='option']")
    assert (box.get("role"), box.get("id"), box.get("data-words")) == ("listbox", "palette_options", "basket")
    assert [each.get("id") for each in options] == [f"palette_ticket_{ticket.number}", "palette_search"]
    assert {each.get("tabindex") for each in options} == {"-1"}
    assert "HX-Request" in response["Vary"]


def test_sign_out_is_a_form_in_both(desk):
    page, options = (tree(desk.get(URL, {"q": "sign"}, headers=headers).content.decode()) for headers in ({}, HTMX))

    assert page.xpath("//nav//form/@action") == ["/accounts/logout/"]
    assert options.xpath("//button/@form") == ["leave"]
    assert page.get_element_by_id("leave").get("action") == "/accounts/logout/"


def test_palette_asks_three_statements_however_many_are_found(desk):
    TicketFactory(subject="Basket")
    with at_most(3):
        desk.get(URL, {"q": "basket"}, headers=HTMX)
    one, _ = count_of(lambda: desk.get(URL, {"q": "basket"}))
    for _ in range(3):
        TicketFactory(subject="Basket")

    four, ran = count_of(lambda: desk.get(URL, {"q": "basket"}))

    assert four == one, ran
