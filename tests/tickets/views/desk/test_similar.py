"""Tickets like one."""

import pytest

from tests.factories import MessageFactory, TeamFactory, TicketFactory
from tests.finding import indexed
from tests.htmx import tree

HTMX = {"HX-Request": "true"}


def page(response):
    return tree(response.content.decode())


def said(subject, text, **fields):
    return indexed(MessageFactory(ticket=TicketFactory(subject=subject, **fields), text=text)).ticket


def found(response):
    return [each.get("href").split("/")[3] for each in page(response).cssselect(".lines a, .found-subject")]


def test_tickets_that_speak_of_the_same_are_found_the_closest_first(desk):
    ticket = said("Payment by card fails", "The terminal declines every payment by card since Monday")
    close = said("Card payment fails", "terminal declines the card payment")
    farther = said("Printer", "The invoice for payment by card")
    said("Basket", "Nothing of the kind")

    response = desk.get(f"/desk/tickets/{ticket.number}/similar/")

    assert found(response) == [str(close.number), str(farther.number)]


def test_fragment_has_the_same_tickets(desk):
    ticket = said("Payment by card", "Fails")
    close = said("Payment by card", "Fails too")

    assert found(desk.get(f"/desk/tickets/{ticket.number}/similar/", headers=HTMX)) == [str(close.number)]


def test_contractor_is_shown_no_ticket_of_other_queues(browse, oleg):
    ticket = said("Payment by card", "Fails", team=oleg.grants.get().team)
    said("Payment by card", "Fails", team=TeamFactory())

    assert found(browse(oleg).get(f"/desk/tickets/{ticket.number}/similar/")) == []


@pytest.mark.parametrize("subject", ["12", "Re: a b", "Payment"])
def test_ticket_without_words_or_alike_says_so(desk, subject):
    ticket = said(subject, "")

    response = desk.get(f"/desk/tickets/{ticket.number}/similar/")

    assert "Nothing like it" in response.content.decode()


def test_ticket_page_asks_for_them_later(desk):
    ticket = said("Payment", "Fails")

    asked = page(desk.get(f"/desk/tickets/{ticket.number}/")).xpath("//*[contains(@hx-get, '/similar/')]")

    assert [each.get("hx-get") for each in asked] == [f"/desk/tickets/{ticket.number}/similar/"]
