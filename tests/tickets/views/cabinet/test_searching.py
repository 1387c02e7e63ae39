"""The search of customers."""

import pytest

from helpdesk.search.models import NothingFound
from tests.factories import MessageFactory, TicketFactory
from tests.finding import indexed
from tests.htmx import tree
from tests.statements import count_of
from tickets.enums import MessageKind

URL = "/cabinet/search/"


def page(response):
    return tree(response.content.decode())


def said(text, *, kind=MessageKind.REPLY, **fields):
    return indexed(MessageFactory(ticket=TicketFactory(**fields), text=text, kind=kind)).ticket


def found(response):
    return [each.get("href").split("#")[0] for each in page(response).find_class("found-subject")]


def test_customer_finds_their_own_requests(browse, clara, sergei):
    ticket = said("Your basket is mended", requester=clara)
    said("Your basket is mended", requester=sergei)

    assert found(browse(clara).get(URL, {"q": "baskets"})) == [f"/cabinet/requests/{ticket.number}/"]


def test_customer_finds_no_notes_and_learns_nothing_from_words_of_staff(browse, clara):
    said("chargeback suspected", requester=clara, kind=MessageKind.NOTE, tags=["gold"])

    for words in ("chargeback", "tag:gold", "chargeb*", "from:me"):
        assert found(browse(clara).get(URL, {"q": words})) == []


def test_wrong_value_is_told(browse, clara):
    response = browse(clara).get(URL, {"q": "basket before:soon"})

    assert len(page(response).find_class("notice")) == 1


@pytest.mark.parametrize("words", ["", "zebra"])
def test_page_without_hits_answers(browse, clara, words):
    response = browse(clara).get(URL, {"q": words})

    assert (response.status_code, found(response)) == (200, [])
    assert ("Nothing found" in response.content.decode()) is bool(words)


def test_requests_lead_to_the_search_once_there_are_some(browse, clara):
    assert page(browse(clara).get("/cabinet/requests/")).xpath(f"//form[@action='{URL}']") == []
    said("basket", requester=clara)

    assert len(page(browse(clara).get("/cabinet/requests/")).xpath(f"//form[@action='{URL}']")) == 1


def test_page_takes_the_same_statements_however_much_is_found(browse, clara):
    browser = browse(clara)
    said("basket", requester=clara)
    browser.get(URL, {"q": "basket"})
    one, _ = count_of(lambda: browser.get(URL, {"q": "basket"}))
    said("basket", requester=clara)
    said("basket", requester=clara)

    three, statements = count_of(lambda: browser.get(URL, {"q": "basket"}))

    assert (one, three) == (three, one), statements
    assert one <= 12


def test_search_of_the_cabinet_is_closed_to_staff(browse, anna):
    assert browse(anna).get(URL).status_code == 403


def test_words_of_customers_that_find_nothing_are_noted_as_theirs(browse, clara):
    browse(clara).get(URL, {"q": "refund"})

    assert list(NothingFound.objects.values_list("words", "times", "by_customers")) == [("refund", 1, 1)]
