"""A conversation forwarded to somebody outside it."""

import pytest

from tests.factories import MessageFactory
from tickets.actions.conversation import forward
from tickets.actions.files import NewFile, store_files
from tickets.actions.recipients import Recipient
from tickets.mail import tokens

pytestmark = pytest.mark.django_db
SUPPLIER = Recipient("Sergei", "sergei@supplier.example")


def test_a_forward_holds_the_words_and_the_public_conversation(ticket, opener, anna, letter_of, text_of):
    MessageFactory(ticket=ticket, kind="reply", author=anna, from_address=anna.email, text="We are looking at it.")

    message = forward(ticket=ticket, by=anna, to=[SUPPLIER], text="Can you help?")

    letter = letter_of(message)
    text = text_of(letter)
    assert text.startswith("Can you help?\n")
    assert text.index("Can you help?") < text.index(opener.text) < text.index("We are looking at it.")
    assert "Clara Weiß <clara@shop.example>" in text
    assert "Anna Berg <support@helpdesk.example>" in text
    assert "anna@helpdesk.example" not in str(letter)
    assert letter["To"].addresses[0].addr_spec == "sergei@supplier.example"
    assert letter["Subject"] == f"Fwd: Basket is empty {tokens.subject_token(ticket.number)}"


def test_a_forward_starts_a_thread_of_its_own(ticket, anna, letter_of):
    message = forward(ticket=ticket, by=anna, to=[SUPPLIER], text="Can you help?")

    letter = letter_of(message)

    assert letter["In-Reply-To"] is None
    assert letter["References"] is None
    assert "first@shop.example" not in str(letter)


def test_a_forward_holds_no_other_note_and_nothing_that_waits_for_approval(ticket, anna, letter_of):
    MessageFactory(ticket=ticket, kind="note", author=anna, text="She is cross.", html="<p>She is cross.</p>")
    MessageFactory(ticket=ticket, approval="pending", text="Let me in, I am Clara's boss.")
    MessageFactory(ticket=ticket, approval="refused", text="Buy pills.")
    earlier = forward(ticket=ticket, by=anna, to=[SUPPLIER], text="An earlier forward.")

    message = forward(ticket=ticket, by=anna, to=[SUPPLIER], text="Can you help?")

    decoded = "".join(part.get_content() for part in letter_of(message).walk() if part.get_content_maintype() == "text")
    for secret in ("cross", "boss", "pills", earlier.text):
        assert secret not in decoded


def test_the_conversations_files_travel_along_and_those_of_notes_do_not(ticket, opener, anna, letter_of):
    store_files(message=opener, files=[NewFile("basket.png", b"\x89PNG\r\n\x1a\n", "image/png")], by=None)
    secret = MessageFactory(ticket=ticket, kind="note", author=anna)
    store_files(message=secret, files=[NewFile("margins.xlsx", b"PK secret", "application/zip")], by=anna)

    message = forward(
        ticket=ticket, by=anna, to=[SUPPLIER], text="See.", files=[NewFile("own.txt", b"own", "text/plain")]
    )

    letter = letter_of(message)
    assert [part.get_filename() for part in letter.iter_attachments()] == ["own.txt", "basket.png"]
    assert "margins" not in str(letter)


def test_html_of_customers_is_forwarded_as_text(ticket, anna, letter_of, text_of):
    MessageFactory(ticket=ticket, text="<script>alert(1)</script> & more", html="<p>other</p>")

    message = forward(ticket=ticket, by=anna, to=[SUPPLIER], text="See.")

    html = text_of(letter_of(message), "html")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html


def test_what_is_too_long_leaves_out_the_oldest_and_says_so(ticket, anna, letter_of, text_of):
    for n in range(4):
        MessageFactory(ticket=ticket, text=f"part {n} " + "x" * 200_000)

    message = forward(ticket=ticket, by=anna, to=[SUPPLIER], text="See.")

    text = text_of(letter_of(message))
    assert "3 older messages are left out." in text
    assert "part 1 " not in text
    assert "part 3 " in text
