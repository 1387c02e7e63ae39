"""The one place that inserts messages."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from tests.factories import UserFactory
from tests.finding import found_under
from tickets.actions.files import NewFile
from tickets.actions.writing import Draft, write
from tickets.enums import Approval, Channel, MessageKind
from tickets.models import Message

PLAIN = {"kind": MessageKind.INBOUND, "channel": Channel.MAIL, "text": "The basket is empty"}
EVERYTHING = PLAIN | {
    "html": "<p>The basket</p>",
    "subject": "Basket",
    "folds": [[0, 3]],
    "from_name": "C. Weiss",
    "from_address": "c.weiss@home.example",
    "sent_to": [{"name": "", "address": "support@helpdesk.example"}],
    "sent_cc": [{"name": "Piotr", "address": "piotr@shop.example"}],
    "message_id": "one@shop.example",
    "in_reply_to": "none@shop.example",
    "thread_signal": "number",
    "thread_confidence": 60,
    "content_hash": "c" * 64,
    "approval": Approval.APPROVED,
    "has_remote_pictures": True,
    "flags": {"loop": 1},
    "written_at": datetime(2026, 11, 21, tzinfo=UTC),
    "held_until": datetime(2026, 11, 21, 0, 0, 10, tzinfo=UTC),
    "idempotency_key": "one form",
}


def written(ticket, **given):
    message = write(ticket=ticket, author=ticket.requester, draft=Draft(**(PLAIN | given)))
    return Message.objects.get(pk=message.pk)


def test_everything_of_the_draft_is_kept(ticket):
    assert {field.name for field in fields(Draft)} == set(EVERYTHING) | {"files", "uploads"}

    message = written(ticket, **EVERYTHING)

    assert {name: getattr(message, name) for name in EVERYTHING} == EVERYTHING
    assert (message.ticket, message.author) == (ticket, ticket.requester)


def test_draft_that_says_little_is_filled_up_from_the_author(clara, ticket):
    message = written(ticket)

    assert (message.from_name, message.from_address, message.thread_confidence) == (clara.name, clara.email, 100)
    assert (message.approval, message.idempotency_key, message.written_at) == (Approval.NONE, None, None)


def test_author_without_an_address_writes_all_the_same(ticket):
    ticket.requester = UserFactory(name="Phone", email=None)

    assert written(ticket).from_address == ""


@pytest.mark.parametrize(
    ("html", "kept"), [(None, "<p>The <strong>basket</strong></p>"), ("", ""), ("<p>x</p>", "<p>x</p>")]
)
def test_html_is_made_of_the_text_only_when_there_is_none(ticket, html, kept):
    assert written(ticket, text="The **basket**", html=html).html.strip() == kept


@pytest.mark.parametrize(
    ("field", "most"), [("subject", 500), ("from_name", 200), ("from_address", 254)], ids=lambda value: str(value)
)
def test_value_that_is_too_long_is_cut_and_refuses_no_mail(ticket, field, most):
    assert getattr(written(ticket, **{field: "x" * 999}), field) == "x" * most


def test_text_that_no_database_holds_is_kept_without_it(ticket):
    message = written(ticket, text="The\0 basket\0")

    assert (message.text, message.html.strip()) == ("The basket", "<p>The basket</p>")


@pytest.mark.parametrize(
    ("given", "snippet"),
    [
        ({}, "The basket is empty"),
        ({"folds": [[4, 11]]}, "The is empty"),
        ({"folds": [[0, 19]]}, "The basket is empty"),
        ({"approval": Approval.APPROVED}, "The basket is empty"),
        ({"approval": Approval.PENDING}, "Before"),
        ({"approval": Approval.REFUSED}, "Before"),
        ({"kind": MessageKind.NOTE}, "Before"),
        ({"kind": MessageKind.REPLY}, "The basket is empty"),
    ],
    ids=str,
)
def test_ticket_shows_the_beginning_of_what_is_public(ticket, given, snippet):
    ticket.snippet = "Before"

    written(ticket, **given)

    assert ticket.snippet == snippet


@pytest.mark.parametrize("words", ["basket", "Clara", "clara@shop.example", "report.pdf", "No mail", "{number}"])
def test_message_is_found_by_its_words_people_and_files_under_its_ticket(ticket, words):
    written(ticket, files=[NewFile("report.pdf", b"%PDF", "application/pdf")])

    assert found_under(words.format(number=ticket.number)) == [ticket.pk]


def test_message_with_a_subject_of_its_own_is_found_by_that(ticket):
    written(ticket, subject="Invoice")

    assert found_under("invoice") == [ticket.pk]
    assert found_under('"no mail"') == []
