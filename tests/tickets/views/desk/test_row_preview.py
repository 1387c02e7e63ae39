"""The card that a row of the list shows."""

import pytest

from tests.factories import MessageFactory, OrganisationFactory, TeamFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, tree
from tests.statements import count_of
from tickets.enums import Approval, MessageKind


def card(browser, ticket):
    return browser.get(f"/desk/tickets/{ticket.number}/preview/", headers=HTMX)


def text_of(response):
    return " ".join(tree(response.content.decode()).text_content().split())


def test_preview_shows_facts_and_the_own_words_of_the_last_message(desk, anna):
    clara = UserFactory(name="Clara Weiss", organisation=OrganisationFactory(name="Shop"))
    ticket = TicketFactory(subject="No mail", requester=clara, assignee=anna, team=TeamFactory(name="Line 1"))
    MessageFactory(ticket=ticket, text="Earlier")
    MessageFactory(ticket=ticket, text="Still nothing\n> quoted", folds=[[14, 22]])
    MessageFactory(ticket=ticket, text="From a stranger", approval=Approval.PENDING)

    said = text_of(card(desk, ticket))

    for words in (
        f"#{ticket.number}",
        "Open",
        "Line 1",
        "Anna Orlova",
        "No mail",
        "Clara Weiss, Shop",
        "Still nothing",
    ):
        assert words in said
    for words in ("Earlier", "stranger", "quoted"):
        assert words not in said


def test_preview_marks_a_note_and_cuts_what_is_long(desk):
    ticket = TicketFactory()
    MessageFactory(ticket=ticket, kind=MessageKind.NOTE, text="<b>" + "я" * 9000)

    response = card(desk, ticket)

    assert tree(response.content.decode()).find_class("preview-note")
    assert "&lt;b&gt;" in response.content.decode()
    assert len(text_of(response)) < 800


def test_preview_of_a_ticket_without_messages_shows_its_facts(desk):
    assert "Request" in text_of(card(desk, TicketFactory()))


def test_preview_takes_two_statements_beside_the_session(desk):
    ticket = MessageFactory().ticket
    card(desk, ticket)

    count, ran = count_of(lambda: card(desk, ticket))

    assert count == 4, ran


def test_preview_of_a_ticket_that_is_not_seen_is_unknown(browse, oleg):
    assert card(browse(oleg), TicketFactory()).status_code == 404


@pytest.mark.parametrize("name", ["preview", "chosen", "filter"])
def test_preview_without_htmx_leads_to_the_ticket_and_the_others_are_pages(desk, name):
    ticket = TicketFactory()
    urls = {
        "preview": f"/desk/tickets/{ticket.number}/preview/",
        "chosen": "/desk/tickets/chosen/",
        "filter": "/desk/tickets/filter/",
    }

    response = desk.get(urls[name], follow=True)

    assert "<html" in response.content.decode()
