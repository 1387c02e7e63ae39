"""Attacks by automata and by names: floods of our answers, bounces that pose as answers, letters that look alike."""

import unicodedata
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from tests.attacks.letters import letter_of, mail_with_files
from tests.factories import TicketFactory
from tests.htmx import tree
from tests.tickets.mail.conftest import mail
from tickets.actions.conversation import reply
from tickets.enums import Status
from tickets.mail.parsing.reading import parse
from tickets.mail.tokens import subject_token
from tickets.models import Message, Ticket

HIDDEN = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad"


def fresh(**fields):
    return mail(date=format_datetime(timezone.now()), **fields)


@pytest.fixture
def answering(mailbox):
    mailbox.acknowledge = True
    mailbox.save()
    return mailbox


def acknowledgements(**fields):
    return Delivery.objects.filter(purpose=Purpose.ACKNOWLEDGEMENT, **fields)


@pytest.mark.django_db
def test_b10_acknowledgement_repeats_no_word_of_the_sender(deliver, answering):
    message = deliver(fresh(subject="You owe money: http://evil.example", body="Pay at evil.example")).message

    letter = letter_of(message)

    assert letter["To"] == "clara@shop.example" or "clara@shop.example" in letter["To"]
    assert "evil.example" not in letter.as_string()
    assert "owe money" not in letter.as_string()
    assert letter["Auto-Submitted"] == "auto-replied"


@pytest.mark.django_db
def test_b10_wave_under_one_address_is_answered_a_few_times_and_then_held(deliver, answering, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 3

    for turn in range(6):
        deliver(fresh(sender="victim@bank.example", subject=f"Wave {turn}", body=f"Wave {turn}"))

    assert acknowledgements(recipient="victim@bank.example", state=DeliveryState.QUEUED).count() == 3
    assert acknowledgements(recipient="victim@bank.example", state=DeliveryState.HELD).count() == 3
    assert Message.objects.count() == 6


@pytest.mark.django_db
def test_b10_upper_case_and_names_share_one_budget(deliver, answering, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 2

    for turn, sender in enumerate(["v@bank.example", "V@Bank.Example", "X <v@BANK.example>", '"y" <V@bank.example>']):
        deliver(fresh(sender=sender, subject=f"Wave {turn}", body=f"Wave {turn}"))

    assert acknowledgements(state=DeliveryState.QUEUED).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.shop.example>"},
        {"Return_Path": "<>"},
        {"sender": "no-reply@shop.example"},
        {"sender": "MAILER-DAEMON@shop.example"},
        {"sender": "support@helpdesk.example"},
        {"date": "Sat, 21 Nov 2020 10:00:00 +0000"},
    ],
    ids=str,
)
def test_b10_nothing_is_said_to_whom_nobody_should_answer(deliver, answering, headers):
    deliver(fresh(**headers) if "date" not in headers else mail(**headers))

    assert not acknowledgements().exists()


@pytest.mark.django_db
def test_b10_form_of_strangers_does_not_exist(client):
    answer = client.post("/cabinet/requests/new/", {"subject": "x", "body": "x", "email": "victim@bank.example"})

    assert answer.status_code == 403
    assert 'href="/accounts/login/' in answer.text
    assert not Delivery.objects.exists()
    assert not Ticket.objects.exists()


@given(name=st.text(min_size=1, max_size=40), hidden=st.sampled_from(HIDDEN))
def test_b13_no_name_of_a_mail_turns_or_hides_letters(name, hidden):
    words = f"{name}{hidden}gpj.exe".encode("utf-8", "replace").decode()
    encoded = "".join(f"={byte:02X}" for byte in words.encode())
    raw = (
        f"From: =?utf-8?q?{encoded}?= <eve@evil.example>\r\nSubject: =?utf-8?q?{encoded}?=\r\n"
        f"Content-Type: application/octet-stream\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{encoded.replace('=', '%')}\r\n\r\nx"
    ).encode()

    parsed = parse(raw)

    shown = [parsed.from_.name, parsed.subject, parsed.attachments[0].filename]
    assert not [letter for letter in HIDDEN if any(letter in each for each in shown)]
    assert not [letter for each in shown for letter in each if unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}]
    assert "/" not in parsed.attachments[0].filename
    assert parsed.attachments[0].filename.endswith("gpj.exe")


@pytest.mark.django_db
def test_b13_page_shows_lookalike_addresses_and_turned_names_as_what_they_are(deliver, desk):
    raw = mail_with_files(("=?utf-8?q?invoice=E2=80=AEfdp.exe?=", "application/octet-stream", b"MZ\x00\x00"))
    sender = b"=?utf-8?q?Pay=E2=80=AEpal?= <pay@xn--pypal-4ve.example>"
    message = deliver(raw.replace(b"Clara <clara@shop.example>", sender)).message

    article = tree(desk.get(f"/desk/tickets/{message.ticket.number}/").content.decode()).get_element_by_id(
        f"m{message.pk}"
    )

    shown = article.text_content()
    assert "Paypal" in shown
    assert "xn--pypal-4ve.example" in shown
    assert "invoicefdp.exe" in shown
    assert "\u202e" not in shown


def bounce(*, recipient, message_id):
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@helpdesk.example\r\nSubject: Undelivered Mail\r\n"
        f"Return-Path: <>\r\nMessage-ID: <b-{message_id}>\r\nIn-Reply-To: <{message_id}>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def resolved(clara, mailbox):
    now = timezone.now() - timedelta(hours=1)
    return TicketFactory(requester=clara, status=Status.RESOLVED, resolved_at=now)


ABSENCES = [
    {"Auto_Submitted": "auto-replied", "subject": "Out of office"},
    {"X_Autoreply": "yes", "subject": "I am away"},
    {"subject": "Automatic reply: Basket"},
    {"subject": "Автоответ: Корзина"},
    {"Precedence": "auto_reply", "subject": "On holiday"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", ABSENCES, ids=lambda headers: headers["subject"])
def test_b14_notice_of_absence_reopens_nothing_and_says_nothing_to_the_customer(deliver, resolved, anna, headers):
    sent = reply(ticket=resolved, by=anna, text="Done.", then=Status.RESOLVED)
    raw = mail(**headers, body="I am back on Monday.", In_Reply_To=f"<{sent.message_id}>")

    stored = deliver(raw)

    resolved.refresh_from_db()
    assert (stored.state, stored.ticket) == ("ignored", resolved)
    assert resolved.status == Status.RESOLVED
    assert list(Message.objects.filter(ticket=resolved)) == [sent]
    assert Entry.objects.about(resolved).filter(verb="mail_ignored").count() == 1


@pytest.mark.django_db
def test_b14_bounce_is_told_on_the_delivery_and_is_no_answer(deliver, resolved, anna):
    sent = reply(ticket=resolved, by=anna, text="Done.", then=Status.RESOLVED)
    Delivery.objects.update(state=DeliveryState.SENT, finished_at=timezone.now())

    stored = deliver(bounce(recipient="clara@shop.example", message_id=sent.message_id))

    [row] = Delivery.objects.about(sent)
    assert (stored.state, stored.kind, stored.ticket) == ("processed", "bounce", resolved)
    assert (row.state, row.status_code) == (DeliveryState.BOUNCED, "5.1.1")
    assert list(Message.objects.filter(ticket=resolved)) == [sent]
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_b14_forged_bounce_of_a_stranger_stops_no_mail_and_reopens_nothing(deliver, resolved, anna):
    sent = reply(ticket=resolved, by=anna, text="Done.", then=Status.RESOLVED)
    Delivery.objects.update(state=DeliveryState.SENT, finished_at=timezone.now())

    deliver(bounce(recipient="clara@shop.example", message_id=sent.message_id.replace("hd.", "hd.1", 1)))

    resolved.refresh_from_db()
    assert resolved.status == Status.RESOLVED
    assert not resolved.requester.contact_points.filter(bounced_at__isnull=False).exists()
    assert Delivery.objects.about(reply(ticket=resolved, by=anna, text="More.")).get().state == DeliveryState.QUEUED


@pytest.mark.django_db
def test_b14_person_who_answers_reopens(deliver, resolved):
    deliver(mail(subject=f"Re: {subject_token(resolved.number)}", body="It broke again."))

    resolved.refresh_from_db()
    assert resolved.status == Status.OPEN
