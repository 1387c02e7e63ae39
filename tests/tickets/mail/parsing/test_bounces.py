"""Bounces of sixty mail systems, and the few lines that each of them is about."""

import email
import email.policy
import json
from pathlib import Path
from time import perf_counter

import pytest

from tickets.mail.parsing.bounces.parts import plain_text, report_parts
from tickets.mail.parsing.classification import classify
from tickets.mail.parsing.types import MailKind

BOUNCES = Path(__file__).parents[4].parent / "shared" / "mail_samples" / "bounces"
EXPECTED = json.loads((BOUNCES / "expected.json").read_text())
KINDS = {"feedback": MailKind.FEEDBACK, "vacation": MailKind.VACATION}


def classified(source):
    octets = source if isinstance(source, bytes) else source.encode()
    message = email.message_from_bytes(octets, policy=email.policy.compat32)
    return classify(message, body_text=plain_text(report_parts(message)))


def kind_expected(recipients):
    return KINDS.get(recipients[0]["reason"], MailKind.BOUNCE)


SAMPLES = {name: classified((BOUNCES / name).read_bytes()) for name in EXPECTED}


def test_samples_when_classified_then_nearly_all_have_the_right_kind():
    judged = {name: kind_expected(recipients) for name, recipients in EXPECTED.items() if recipients}

    right = [name for name, kind in judged.items() if SAMPLES[name].kind is kind]

    assert len(right) / len(judged) >= 0.99


def test_samples_when_they_give_status_and_hardness_then_nine_in_ten_are_read_as_expected():
    wanted = {
        name: {(recipient["status"], recipient["hard_bounce"]) for recipient in recipients}
        for name, recipients in EXPECTED.items()
        if recipients and recipients[0]["status"]
    }

    right = [name for name, pairs in wanted.items() if {(b.status, b.hard) for b in SAMPLES[name].bounces} == pairs]

    assert len(right) / len(wanted) >= 0.93


@pytest.mark.parametrize("name", [name for name, found in SAMPLES.items() if found.kind is MailKind.BOUNCE])
def test_bounce_when_read_then_it_names_a_recipient_and_forbids_an_answer(name):
    found = SAMPLES[name]

    assert found.bounces
    assert all(0 < len(bounce.recipient) <= 320 and len(bounce.diagnostic) <= 500 for bounce in found.bounces)
    assert found.may_acknowledge is False


def test_bounces_when_they_return_a_mail_then_nearly_all_yield_its_message_id():
    with_id = [name for name, found in SAMPLES.items() if found.kind is MailKind.BOUNCE and found.original_message_id]

    assert len(with_id) / len(EXPECTED) >= 0.85


def report(fields, *, original="Message-ID: <out1@desk.example>\nTo: clara@example.net\n", text="It failed."):
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>\nReturn-Path: <>\nSubject: Undelivered\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n{fields}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{original}\n--b--\n"
    )


def test_report_when_it_has_all_fields_then_all_are_read():
    found = classified(
        report(
            "Original-Recipient: rfc822;clara@example.net\nFinal-Recipient: rfc822;clara@example.net\nAction: failed\n"
            "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 <clara@example.net>:\n Recipient unknown\n"
        )
    )

    (bounce,) = found.bounces
    assert (bounce.recipient, bounce.status, bounce.hard) == ("clara@example.net", "5.1.1", True)
    assert (bounce.reply_code, bounce.action) == ("550", "failed")
    assert bounce.diagnostic == "550 5.1.1 <clara@example.net>: Recipient unknown"
    assert found.original_message_id == "out1@desk.example"


def test_report_when_two_recipients_fail_then_each_has_a_verdict_of_its_own():
    found = classified(
        report(
            "Final-Recipient: rfc822;clara@example.net\nAction: failed\nStatus: 5.1.1\n\n"
            "Final-Recipient: rfc822;sergei@example.net\nAction: delayed\nStatus: 4.4.1\n\n"
            "Final-Recipient: rfc822;anna@example.net\nAction: delivered\nStatus: 2.1.5\n"
        )
    )

    assert [(b.recipient, b.status, b.hard, b.action) for b in found.bounces] == [
        ("clara@example.net", "5.1.1", True, "failed"),
        ("sergei@example.net", "4.4.1", False, "delayed"),
    ]


def test_report_when_it_tells_success_only_then_the_status_says_so():
    found = classified(report("Final-Recipient: rfc822;clara@example.net\nAction: delivered\nStatus: 2.1.5\n"))

    assert [(b.status, b.hard, b.action) for b in found.bounces] == [("2.1.5", False, "delivered")]


def test_report_when_it_names_nobody_then_the_returned_mail_does():
    found = classified(report("", text="Your message could not be delivered.\n"))

    assert [bounce.recipient for bounce in found.bounces] == ["clara@example.net"]


def test_report_when_its_fields_are_encoded_then_they_are_read():
    fields = "Final-Recipient: rfc822;clara@example.net\nAction: failed\nStatus: 5.1.1\n"
    source = (
        report(fields)
        .replace("message/delivery-status\n", "message/delivery-status\nContent-Transfer-Encoding: quoted-printable\n")
        .replace("rfc822;clara", "rfc822;c=6Cara")
    )

    found = classified(source)

    assert [(b.recipient, b.status) for b in found.bounces] == [("clara@example.net", "5.1.1")]


@pytest.mark.parametrize(
    ("words", "status", "hard"),
    [
        ("550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", "5.1.1", True),
        ("554 5.4.310 DNS domain example.net does not exist", "5.4.310", True),
        ("552 5.2.2 Mailbox full", "5.2.2", False),
        ("452 4.2.2 The email account that you tried to reach is over quota", "4.2.2", False),
        ("550 5.1.1 <clara@example.net>... Mailbox is full", "5.1.1", False),
        ("550 5.1.6 recipient no longer on server", "5.1.6", True),
        ("556 5.1.10 Recipient address has null MX", "5.1.10", True),
        ("550 5.4.1 Recipient address rejected: Access denied", "5.4.1", True),
        ("554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", "5.7.1", False),
        ("450 4.1.8 <a@b.example>: Sender address rejected: Domain not found", "4.1.8", False),
        ("553 5.1.8 Domain of sender address does not exist", "5.1.8", False),
        ("550 5.7.1 Unable to relay", "5.7.1", False),
        ("550 5.7.26 This mail is unauthenticated, see the DMARC policy of userunknown.example", "5.7.26", False),
        ("552 5.3.4 Message size exceeds fixed limit", "5.3.4", False),
        ("451 4.7.1 Greylisting in action, please come back later", "4.7.1", False),
        ("connect to mx.example.net[192.0.2.1]:25: Connection timed out", "5.0.947", False),
        ("550 Пользователь не найден", "5.0.911", True),
        ("550 Empfänger unbekannt", "5.0.911", True),
        ("550 Utilisateur inconnu", "5.0.911", True),
        ("550 Usuario desconocido", "5.0.911", True),
        ("550 Utente sconosciuto", "5.0.911", True),
        ("550 Usuário não encontrado", "5.0.911", True),
        ("550 Почтовый ящик переполнен", "5.0.922", False),
        ("see http://example.com/userunknown/", "5.0.901", False),
    ],
)
def test_diagnostic_when_it_gives_the_reason_then_code_and_hardness_follow(words, status, hard):
    found = classified(
        report(f"Final-Recipient: rfc822;clara@example.net\nAction: failed\nDiagnostic-Code: smtp; {words}\n")
    )

    assert [(bounce.status, bounce.hard) for bounce in found.bounces] == [(status, hard)]


@pytest.mark.parametrize(
    ("text", "recipient", "status"),
    [
        (
            "<clara@example.net>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 no such user\n",
            "clara@example.net",
            "5.0.911",
        ),
        (
            "The following address(es) failed:\n\n  clara@example.net\n    retry timeout exceeded\n",
            "clara@example.net",
            "4.0.947",
        ),
        ("User mailbox exceeds allowed size: clara@example.net\n", "clara@example.net", "5.0.922"),
        ("Could not be delivered to: <clara@example.net>\nAs their mailbox is full.\n", "clara@example.net", "5.0.922"),
        (
            ">>> clara@example.net <<<\n\n550 sorry, no mailbox here by that name (#5.1.1 - chkuser)\n",
            "clara@example.net",
            "5.1.1",
        ),
        (
            "Ваше письмо не может быть доставлено:\n\n  clara@example.net\n    550 ящик получателя переполнен\n",
            "clara@example.net",
            "5.0.922",
        ),
        (
            "550 <clara@example.net>... Host unknown (Name server: example.net: host not found)\n",
            "clara@example.net",
            "5.0.912",
        ),
    ],
)
def test_text_when_a_mail_system_writes_freely_then_recipient_and_reason_are_found(text, recipient, status):
    source = f"From: MAILER-DAEMON@example.com\nSubject: failure notice\n\n{text}\n--- Below this line is a copy.\n\n"

    found = classified(
        source + "From: support@desk.example\nTo: other@example.org\nMessage-ID: <out2@desk.example>\n\n550 5.7.1\n"
    )

    assert [(bounce.recipient, bounce.status) for bounce in found.bounces] == [(recipient, status)]
    assert found.original_message_id == "out2@desk.example"


def test_notification_when_amazon_sends_json_then_it_is_a_bounce():
    body = json.dumps(
        {
            "notificationType": "Bounce",
            "bounce": {
                "bounceType": "Transient",
                "bounceSubType": "MailboxFull",
                "bouncedRecipients": [{"emailAddress": "clara@example.net"}],
            },
            "mail": {"commonHeaders": {"messageId": "<out3@desk.example>"}},
        }
    )

    found = classified(f"From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\n\n{body}\n")

    assert found.kind is MailKind.BOUNCE
    assert [(bounce.recipient, bounce.hard) for bounce in found.bounces] == [("clara@example.net", False)]
    assert found.original_message_id == "out3@desk.example"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "@",
        "a@b.example ",
        "5.1.1 ",
        "550 ",
        "https://",
        "rcpt to ",
        "message-id:",
        "\n",
        "x\n\n",
        '{"a":',
        "domain name ",
    ],
)
def test_text_when_megabytes_are_made_to_be_slow_then_it_is_read_in_a_blink(piece):
    started = perf_counter()
    found = classified("From: MAILER-DAEMON@example.com\n\n" + piece * (1_000_000 // len(piece)))
    elapsed = perf_counter() - started

    assert (found.kind, elapsed < 2) == (MailKind.BOUNCE, True)


def test_report_when_thousands_of_recipients_fail_then_only_the_first_hundred_are_read():
    text = "".join(f"<customer{number}@example.net>:\nno such user\n\n" for number in range(5_000))

    started = perf_counter()
    found = classified(f"From: MAILER-DAEMON@example.com\n\n{text}")
    elapsed = perf_counter() - started

    assert (len(found.bounces), elapsed < 5) == (100, True)


def test_report_when_full_of_raw_octets_then_what_is_read_can_be_stored():
    fields = (
        "Final-Recipient: rfc822;cRAWlara@example.net\nAction: faRAWiled\nStatus: 5.1.1\nDiagnostic-Code: smtp; RAW\n"
    )
    source = report(fields, text="RAW", original="Message-ID: <oRAWut>\nTo: RAW@example.net\n")

    found = classified(("X-Failed-Recipients: RAW@example.net\n" + source).encode().replace(b"RAW", b"\xff\xd0\x80"))

    assert [bounce.status for bounce in found.bounces] == ["5.1.1"]
    assert found.original_message_id.encode() + found.bounces[0].diagnostic.encode()
