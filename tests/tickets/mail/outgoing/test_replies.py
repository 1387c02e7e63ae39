"""What a reply looks like when it leaves, and what it writes on its way into the outbox."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.notifications.models import Delivery
from helpdesk.notifications.sending import send_all_due
from tests.factories import MailboxFactory, MessageFactory, ParticipantFactory, TicketFactory, UserFactory
from tests.statements import count_of
from tickets.actions.conversation import note, reply
from tickets.actions.files import NewFile, upload
from tickets.actions.merging import merge
from tickets.actions.recipients import Recipient
from tickets.mail import tokens
from tickets.mail.actions.outgoing import send_out
from tickets.mail.models import KnownId
from tickets.models import Message

pytestmark = pytest.mark.django_db


def test_a_reply_is_threaded_under_the_customers_own_mail(ticket, anna, letter_of):
    message = reply(ticket=ticket, by=anna, text="It is mended.")

    letter = letter_of(message)

    message.refresh_from_db()
    assert letter["In-Reply-To"] == "<first@shop.example>"
    assert letter["References"] == "<first@shop.example>"
    assert letter["Message-ID"] == f"<{message.message_id}>"
    assert message.in_reply_to == "first@shop.example"
    assert tokens.number_of_message_id(message.message_id) == ticket.number
    assert message.message_id.endswith("@helpdesk.example")
    assert letter["Subject"] == f"Re: Basket is empty {tokens.subject_token(ticket.number)}"


def test_references_hold_the_last_ten_and_end_in_the_mail_that_is_answered(ticket, anna, letter_of):
    for n in range(12):
        MessageFactory(ticket=ticket, message_id=f"more-{n}@shop.example")
    reply(ticket=ticket, by=anna, text="First answer.")
    second = reply(ticket=ticket, by=anna, text="Second answer.")

    letter = letter_of(second)

    first = Message.objects.get(text="First answer.")
    expected = [*(f"more-{n}@shop.example" for n in range(3, 11)), first.message_id, "more-11@shop.example"]
    assert letter["References"].split() == [f"<{value}>" for value in expected]


def test_references_never_name_a_note(ticket, anna, letter_of):
    MessageFactory(ticket=ticket, kind="note", author=anna, message_id="secret-note@helpdesk.example")
    message = reply(ticket=ticket, by=anna, text="It is mended.")

    assert "secret-note" not in str(letter_of(message))


def test_message_ids_too_long_to_fold_stay_whole(ticket, anna, letter_of):
    long_id = f"{'a' * 300}@{'b' * 60}.example"
    MessageFactory(ticket=ticket, message_id=long_id)
    message = reply(ticket=ticket, by=anna, text="It is mended.")

    raw = letter_of(message, raw=True)

    assert f"In-Reply-To: <{long_id}>\r\n".encode() in raw


def test_a_reply_has_text_and_html_and_both_signatures(ticket, anna, letter_of, text_of):
    message = reply(ticket=ticket, by=anna, text="It is **mended**.\n\nSorry.")

    letter = letter_of(message)

    assert letter.get_content_type() == "multipart/alternative"
    assert text_of(letter) == ("It is **mended**.\n\nSorry.\n\n-- \nAnna Berg, line 1\n\nHelpdesk GmbH, **Berlin**\n")
    html = text_of(letter, "html")
    assert "<strong>mended</strong>" in html
    assert "<strong>Berlin</strong>" in html


def test_a_signature_that_person_and_mailbox_share_stands_there_once(ticket, anna, letter_of, text_of):
    anna.signature = "Helpdesk GmbH, **Berlin**\n"
    anna.save(update_fields=["signature"])

    letter = letter_of(reply(ticket=ticket, by=anna, text="It is mended."))

    assert text_of(letter) == "It is mended.\n\n-- \nHelpdesk GmbH, **Berlin**\n"


def test_from_names_the_person_and_the_house_and_never_the_address_they_sign_in_with(ticket, anna, letter_of):
    message = reply(ticket=ticket, by=anna, text="It is mended.")

    letter = letter_of(message)

    assert letter["From"] == '"Anna Berg, Helpdesk" <support@helpdesk.example>'
    assert "anna@helpdesk.example" not in str(letter)
    assert letter["Reply-To"] is None
    assert letter["Auto-Submitted"] is None
    assert letter["X-Helpdesk-Loop"] == "1"


def test_the_letter_goes_to_everybody_by_name(ticket, anna, letter_of, peer):
    ParticipantFactory(ticket=ticket, user=UserFactory(name="Борис, склад", email="boris@shop.example"))
    message = reply(ticket=ticket, by=anna, text="It is mended.", cc=[Recipient("", "dora@пример.example")])

    letter = letter_of(message)
    send_all_due()

    assert str(letter["To"]) == "Clara Weiß <clara@shop.example>"
    assert [(each.display_name, each.addr_spec) for each in letter["Cc"].addresses] == [
        ("Борис, склад", "boris@shop.example"),
        ("dora", "dora@xn--e1afmkfd.example"),
    ]
    [received] = peer.mails
    assert received.sender == "support@helpdesk.example"
    assert received.recipients == ["clara@shop.example", "boris@shop.example", "dora@xn--e1afmkfd.example"]


def test_reply_to_is_the_tickets_own_address_where_the_mailbox_takes_such(ticket, anna, support, letter_of):
    support.plus_addresses = True
    support.save()
    message = reply(ticket=ticket, by=anna, text="It is mended.")

    answer_to = letter_of(message)["Reply-To"].addresses[0].addr_spec

    assert tokens.number_of_plus_address(answer_to, base=support.addresses) == ticket.number


def test_files_travel_with_the_reply(ticket, anna, letter_of):
    files = [
        NewFile("Отчёт, май.pdf", b"%PDF-1.7 x", "application/pdf"),
        NewFile("evil.eml", b"Subject: x\n\ny", "message/rfc822"),
    ]
    message = reply(ticket=ticket, by=anna, text="See the report.", files=files)

    letter = letter_of(message)

    assert letter.get_content_type() == "multipart/mixed"
    attached = [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in letter.iter_attachments()
    ]
    assert attached == [
        ("Отчёт, май.pdf", "application/pdf", b"%PDF-1.7 x"),
        ("evil.eml", "application/octet-stream", b"Subject: x\n\ny"),
    ]


def test_the_same_reply_always_gives_the_same_bytes(ticket, anna, letter_of):
    files = [NewFile("a.txt", b"a", "text/plain")]
    message = reply(ticket=ticket, by=anna, text="Привет", files=files)
    before = letter_of(message, raw=True)
    MessageFactory(ticket=ticket, message_id="later@shop.example")

    assert letter_of(message, raw=True) == before


def test_every_line_is_ascii_and_short_enough_for_any_server(ticket, anna, letter_of):
    ticket.subject = "Очень длинная тема " * 15
    ticket.save()
    message = reply(ticket=ticket, by=anna, text="слово " * 5000 + "x" * 5000)

    raw = letter_of(message, raw=True)

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: RE: Fwd: Basket", "Basket"),
        ("AW: Ответ: Корзина", "Корзина"),
        ("Basket [#20481-k3v7q2xwaa]", "Basket"),
        ("Regarding: the basket", "Regarding: the basket"),
    ],
)
def test_the_subject_has_one_mark_and_one_token(ticket, anna, letter_of, subject, bare):
    ticket.subject = subject
    ticket.save()
    message = reply(ticket=ticket, by=anna, text="It is mended.")

    assert letter_of(message)["Subject"] == f"Re: {bare} {tokens.subject_token(ticket.number)}"


def test_the_message_id_is_known_from_the_moment_it_is_written(ticket, anna):
    message = reply(ticket=ticket, by=anna, text="It is mended.")

    known = KnownId.objects.get(value=message.message_id)
    assert (known.ticket, known.message) == (ticket, message)


def test_the_mailbox_the_ticket_came_by_answers(ticket, anna):
    MailboxFactory(address="sales@helpdesk.example")

    message = reply(ticket=ticket, by=anna, text="It is mended.")

    assert {row.route for row in Delivery.objects.about(message)} == {ticket.mail_thread.mailbox.route}


def test_a_ticket_that_came_otherwise_is_answered_by_the_default_mailbox(support, anna, kept_connections):
    MailboxFactory(address="sales@helpdesk.example")
    ticket = TicketFactory(channel="phone")

    message = reply(ticket=ticket, by=anna, text="It is mended.")

    assert {row.route for row in Delivery.objects.about(message)} == {support.route}


def test_the_only_active_mailbox_answers_when_none_is_default(anna, kept_connections):
    only = MailboxFactory(address="sales@helpdesk.example")
    MailboxFactory(address="old@helpdesk.example", is_active=False)

    message = reply(ticket=TicketFactory(), by=anna, text="It is mended.")

    assert {row.route for row in Delivery.objects.about(message)} == {only.route}


def test_without_mailboxes_the_installation_answers(anna, kept_connections, settings, letter_of):
    settings.DEFAULT_FROM_EMAIL = "Desk <desk@house.example>"
    message = reply(ticket=TicketFactory(), by=anna, text="It is mended.")

    letter = letter_of(message)

    assert letter["From"].addresses[0].addr_spec == "desk@house.example"
    assert letter["Message-ID"].endswith("@house.example>")


@pytest.mark.parametrize(
    "own", ["support@helpdesk.example", "Help@Helpdesk.example", "support+20481.abc@helpdesk.example"]
)
def test_an_address_of_our_own_is_never_written_to(ticket, anna, own):
    message = reply(ticket=ticket, by=anna, text="It is mended.", cc=[Recipient("", own)])

    assert [row.recipient for row in Delivery.objects.about(message)] == ["clara@shop.example"]


def test_nobody_is_written_to_twice(ticket, anna):
    message = reply(ticket=ticket, by=anna, text="It is mended.", cc=[Recipient("Clara", "CLARA@shop.example")])

    assert [row.recipient for row in Delivery.objects.about(message)] == ["clara@shop.example"]


def test_a_plain_note_goes_nowhere_even_when_asked_to(ticket, anna):
    message = note(ticket=ticket, by=anna, text="She is cross.")

    assert send_out(message=message, recipients=[Recipient("", "clara@shop.example")]) == []
    assert not Delivery.objects.exists()


def test_the_outbox_costs_a_reply_four_statements_for_one_and_for_twenty(ticket, anna):
    def written():
        return MessageFactory(ticket=ticket, kind="reply", author=anna)

    one, twenty = written(), written()
    crowd = [Recipient("", f"person{n}@crowd.example") for n in range(20)]
    send_out(message=written(), recipients=crowd)  # content types are known from here on

    for_one, _ = count_of(lambda: send_out(message=one, recipients=crowd[:1]))
    for_twenty, ran = count_of(lambda: send_out(message=twenty, recipients=crowd))

    assert (for_one, for_twenty) == (4, 4), ran


def test_a_picture_in_the_text_stands_in_the_letter_and_other_files_are_attached(ticket, anna, letter_of):
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    shown, beside = (upload(upload=SimpleUploadedFile(name, picture), by=anna) for name in ("shown.png", "beside.png"))
    text = f"Look: ![shown.png](cid:{shown.content_id})"
    message = reply(ticket=ticket, by=anna, text=text, uploads=[shown.pk, beside.pk])

    letter = letter_of(message)

    body = letter.get_body(("html",))
    [related] = [part for part in letter.walk() if part.get_content_type() == "multipart/related"]
    [_html, inline] = related.iter_parts()
    assert f'src="cid:{shown.content_id}"' in body.get_content()
    assert (inline["Content-ID"], inline.get_content()) == (f"<{shown.content_id}>", picture)
    assert (inline.get_content_disposition(), inline.get_filename()) == ("inline", "shown.png")
    assert [part.get_filename() for part in letter.iter_attachments()] == ["beside.png"]
    assert "Look: [shown.png]" in letter.get_body(("plain",)).get_content()


def test_a_picture_in_the_text_goes_to_the_people_of_merged_tickets_too(ticket, anna, letter_of):
    merged = TicketFactory(requester=UserFactory(email="mia@shop.example"))
    merge(source=merged, target=ticket, by=anna, is_confirmed=True)
    shown = upload(upload=SimpleUploadedFile("shown.png", b"\x89PNG\r\n\x1a\n"), by=anna)
    message = reply(ticket=ticket, by=anna, text=f"![shown.png](cid:{shown.content_id})", uploads=[shown.pk])

    letters = [letter_of(each) for each in (message, Message.objects.get(ticket=merged, kind="reply"))]

    found = [part["Content-ID"] for letter in letters for part in letter.walk() if part["Content-ID"]]
    assert found == [f"<{shown.content_id}>"] * 2
