"""From the box to a page of hits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.paging import encode_cursor
from helpdesk.search import finding
from helpdesk.search.finding import ask, first_of_each, is_cursor, weight
from helpdesk.search.protocol import Hit
from tests.factories import MessageFactory, TicketFactory
from tests.finding import found_under, hits, indexed
from tickets.models import Message, Ticket
from tickets.queries.documents import MESSAGES

pytestmark = pytest.mark.django_db
BACK = encode_cursor("newer", datetime(2026, 1, 1, tzinfo=UTC), 1)


def said(text, *, days=0, ticket=None, **fields):
    """A message of so many days ago on a ticket."""
    at = timezone.now() - timedelta(days=days)
    return indexed(MessageFactory(ticket=ticket or TicketFactory(), text=text, created_at=at, **fields))


def unders(words, **how):
    return [hit.under for hit in hits(words, **how).hits]


def test_best_hit_comes_first_and_age_takes_from_it():
    old, new = said("basket basket basket", days=900), said("basket once", days=1)
    fit = said("Words", days=30, subject="Basket basket")

    assert unders("basket") == [fit.ticket_id, new.ticket_id, old.ticket_id]
    assert unders("basket", order="latest") == [new.ticket_id, fit.ticket_id, old.ticket_id]


def test_ticket_is_found_once_by_its_best_message_and_within_itself_by_each():
    ticket = TicketFactory()
    first, second = (said(text, ticket=ticket) for text in ("basket", "basket again"))

    assert len(unders("basket")) == len(unders("basket", order="latest")) == 1
    assert {hit.key for hit in hits(f"ticket:{ticket.number} basket").hits} == {first.pk, second.pk}
    assert unders(f"-ticket:{ticket.number} basket") == []


@pytest.mark.parametrize("order", ["best", "latest"])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_hold_every_ticket_once(order, size, monkeypatch):
    monkeypatch.setattr(finding, "WANTED", 7 if order == "latest" else 300)
    tickets = TicketFactory.create_batch(5)
    for number in range(15):
        said("basket", ticket=tickets[number % 5], days=number)
    pages, cursor = [], ""

    while not pages or cursor:
        page = hits("basket", order=order, cursor=cursor, size=size)
        pages.append([hit.under for hit in page.hits])
        cursor = page.older
        assert not cursor or is_cursor(cursor, order=order)

    assert sorted(under for page in pages for under in page) == sorted(ticket.pk for ticket in tickets)


@pytest.mark.parametrize("order", ["best", "latest"])
@pytest.mark.parametrize(
    "cursor", ["x", "-1", "99999999", "é", encode_cursor("newer", timezone.now(), 1)], ids=str.__len__
)
def test_cursor_that_is_none_of_ours_gives_the_first_page(order, cursor):
    message = said("basket")

    assert unders("basket", order=order, cursor=cursor) == [message.ticket_id]
    assert not is_cursor(cursor, order=order)


def test_what_was_not_understood_is_told_and_nothing_is_looked_for():
    said("basket")

    asked = ask(MESSAGES, reader=User(role=Role.AGENT), words="basket before:soon -after:2026 status:lost")

    assert len(asked.refusals) == 3
    assert unders("basket before:soon") == []


def test_condition_that_few_fit_is_found_however_old_and_one_that_many_fit_too(monkeypatch):
    rare = said("basket", days=300, ticket=TicketFactory(tags=["gold"]))
    for _ in range(8):
        said("basket")
    monkeypatch.setattr(finding, "WANTED", 3)

    assert unders("basket tag:gold") == [rare.ticket_id]
    monkeypatch.setattr("tickets.queries.documents.MOST_NARROW", 0)
    assert unders("basket tag:gold") == [rare.ticket_id]
    assert len(unders("basket -tag:gold", order="latest")) == 8


def test_message_that_is_gone_has_no_document_to_be_found_by(anna_note):
    from tickets.actions.rewriting import delete_note

    delete_note(message=anna_note, by=anna_note.author)

    assert found_under("secret") == []


@pytest.fixture
def anna_note():
    from tests.factories import StaffFactory

    anna = StaffFactory()
    return indexed(MessageFactory(ticket=TicketFactory(), text="secret", kind="note", author=anna))


def test_committed_message_is_found_by_the_very_next_search():
    message = said("basket")
    Message.objects.filter(pk=message.pk).update(text="invoice")

    assert found_under("basket") == [message.ticket_id]


def test_weight_falls_with_age_but_never_to_nothing():
    now = timezone.now()
    new, old, older = (Hit(1, 1, (now - timedelta(days=days), 1), 1.0) for days in (0, 120, 9000))

    assert weight(new, now) == pytest.approx(1.0, abs=1e-3)
    assert weight(old, now) == pytest.approx(0.65, abs=1e-3)
    assert weight(older, now) == pytest.approx(0.3, abs=1e-3)


def test_first_of_each_keeps_the_order():
    now = timezone.now()
    found = [Hit(key, under, (now, key), 1.0) for key, under in ((1, 5), (2, 6), (3, 5))]

    assert [hit.key for hit in first_of_each(found)] == [1, 2]


def test_condition_that_says_nothing_is_none():
    assert not ask(MESSAGES, reader=User(role=Role.AGENT), words="basket").where
    assert ask(MESSAGES, reader=User(role=Role.AGENT), words="tag:gold").where == Q(tags__contains=["gold"])
    assert Ticket.objects.filter(Q()).count() == 0
