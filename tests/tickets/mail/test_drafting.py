"""A parsed mail as the draft of a message."""

from dataclasses import replace

import pytest

from tests.tickets.mail.conftest import mail
from tickets.enums import Approval
from tickets.mail.drafting import NOBODY, content_hash_of, draft_of, sender_of
from tickets.mail.enums import Signal
from tickets.mail.parsing.reading import parse
from tickets.mail.parsing.types import Address

OURS = "support@helpdesk.example"
CLARA, FORM = Address("Clara", "clara@shop.example"), Address("Form", OURS)


def parsed(**fields):
    return replace(parse(mail()), **({"from_": CLARA, "sender": None, "reply_to": (), "return_path": ""} | fields))


def sender(**fields):
    return sender_of(parsed(**fields), is_ours=lambda address: address == OURS)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, CLARA),
        ({"reply_to": (Address("Boss", "boss@shop.example"),)}, CLARA),
        ({"sender": Address("List", "list@shop.example")}, CLARA),
        ({"return_path": "bounces@shop.example"}, CLARA),
        ({"from_": FORM}, FORM),
        ({"from_": FORM, "reply_to": (CLARA,)}, CLARA),
        ({"from_": FORM, "reply_to": (FORM, CLARA)}, CLARA),
        ({"from_": FORM, "sender": CLARA}, CLARA),
        ({"from_": None, "reply_to": (CLARA,)}, CLARA),
        ({"from_": None, "sender": CLARA}, CLARA),
        ({"from_": None, "return_path": "clara@shop.example"}, Address("", "clara@shop.example")),
        ({"from_": None, "return_path": "<>"}, Address("", NOBODY)),
        ({"from_": None}, Address("", NOBODY)),
        ({"from_": Address("Clara", "clara")}, Address("Clara", NOBODY)),
        ({"from_": Address("Clara", "")}, Address("Clara", NOBODY)),
    ],
)
def test_sender_is_who_the_mail_is_from_and_another_only_where_that_is_us_or_nobody(fields, expected):
    assert sender(**fields) == expected


def digest(**fields):
    return content_hash_of(parsed(**fields))


SAME = [
    {},
    {"from_": Address("C. Weiss", "Clara@Shop.example")},
    {"to": ()},
    {"message_id": "two@x"},
    {"date": None},
    {"html": "<p>"},
    {"warnings": ("odd",)},
    {"authentication_results": ("x",)},
]
OTHER = [
    {"from_": Address("Clara", "piotr@shop.example")},
    {"from_": None},
    {"subject": "Another"},
    {"text": "Another"},
    {"subject": "Basket is emptyThe", "text": " basket is empty after signing in."},
]


@pytest.mark.parametrize("fields", SAME, ids=str)
def test_mail_that_a_reader_would_call_the_same_has_the_same_hash(fields):
    assert digest(**fields) == digest()


@pytest.mark.parametrize("fields", OTHER, ids=str)
def test_mail_that_says_something_else_has_another_hash(fields):
    assert digest(**fields) != digest()


def test_file_makes_it_another_mail():
    with_file = mail(body="x").replace(
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
        b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment',
    )
    [file] = parse(with_file).attachments

    assert digest(attachments=(file,)) != digest()
    assert digest(attachments=(file, file)) != digest(attachments=(file,))


def test_text_with_half_a_letter_has_a_hash_too():
    assert len(digest(text="\ud800")) == 64


def test_draft_says_what_the_mail_says():
    source = parsed(
        to=(Address("", OURS),), cc=tuple(Address(f"P{turn}", f"p{turn}@x.example") for turn in range(300)),
        in_reply_to=("first@x", "second@x"), folds=((1, 2),),
    )  # fmt: skip

    draft = draft_of(source, origin=CLARA, content_hash="c", flags={"loop": 1})

    assert (draft.text, draft.subject, draft.written_at) == (source.text, source.subject, source.date)
    assert (draft.from_name, draft.from_address, draft.in_reply_to) == ("Clara", "clara@shop.example", "first@x")
    assert (draft.sent_to, len(draft.sent_cc)) == ([{"name": "", "address": OURS}], 200)
    assert (draft.folds, draft.content_hash, draft.flags) == ([[1, 2]], "c", {"loop": 1})
    assert draft.message_id == source.message_id


def test_draft_learns_why_it_is_where_it_is_and_stays_what_it_was():
    draft = draft_of(parsed(), origin=CLARA, content_hash="", flags={})

    placed = draft.with_signal(Signal.NUMBER, 60).with_approval(Approval.PENDING)

    assert (placed.thread_signal, placed.thread_confidence, placed.approval) == ("number", 60, Approval.PENDING)
    assert placed.text == draft.text
    assert (draft.thread_signal, draft.approval) == ("", Approval.NONE)
