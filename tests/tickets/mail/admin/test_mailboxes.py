"""Mailboxes in the admin."""

import time
from uuid import uuid4

import pytest

from helpdesk.core import bells
from helpdesk.journal.models import Entry
from tests.factories import MailboxFactory
from tickets.mail import checks
from tickets.mail.enums import Protocol
from tickets.mail.models import Mailbox

LIST = "/admin/mail/mailbox/"
TICKET = uuid4().hex
CANARY = "c4n4ry-p4ssw0rd"
FORM = {
    "name": "Support",
    "address": "Support@helpdesk.example",
    "also_known_as": "help@helpdesk.example, Hilfe@helpdesk.example",
    "from_name": "Helpdesk",
    "team": "",
    "language": "en",
    "signature": "",
    "is_active": "on",
    "protocol": "imap",
    "in_host": "imap.example",
    "in_port": 993,
    "in_security": "tls",
    "in_username": "support",
    "in_password": "",
    "folder": "INBOX",
    "after_fetch": "keep",
    "move_to": "",
    "verify_certificate": "on",
    "out_host": "smtp.example",
    "out_port": 587,
    "out_security": "starttls",
    "out_username": "support",
    "out_password": "",
    "reopen_days": 14,
}


def kept(**fields):
    return MailboxFactory(
        name="Support",
        protocol=Protocol.IMAP,
        in_host="imap.example",
        in_password=CANARY,
        out_password=f"{CANARY}-out",
        **fields,
    )


def test_mailbox_is_added_with_its_passwords_sealed(browser):
    response = browser.post(f"{LIST}add/", FORM | {"in_password": CANARY, "out_password": f" {CANARY} "})

    assert response.status_code == 302
    mailbox = Mailbox.objects.get()
    assert mailbox.address == "support@helpdesk.example"
    assert mailbox.also_known_as == ["help@helpdesk.example", "hilfe@helpdesk.example"]
    assert (mailbox.in_password, mailbox.out_password) == (CANARY, f" {CANARY} ")


def test_password_is_never_shown_nor_told(browser):
    mailbox = kept()

    pages = [browser.get(f"{LIST}{mailbox.pk}/change/"), browser.get(LIST)]
    pages.append(browser.post(f"{LIST}{mailbox.pk}/change/", FORM | {"in_password": "n3w", "in_host": ""}))
    pages.append(browser.post(f"{LIST}{mailbox.pk}/change/", FORM | {"in_password": "n3w"}))

    assert not [page for page in pages if CANARY in page.content.decode() or "n3w" in page.content.decode()]
    facts = str(list(Entry.objects.values_list("facts", flat=True)))
    assert "n3w" not in facts
    assert CANARY not in facts
    assert Entry.objects.get(verb="mailbox_changed").facts["after"]["in_password"] == "[hidden]"
    mailbox.refresh_from_db()
    assert mailbox.in_password == "n3w"


def test_empty_password_keeps_what_is_stored(browser):
    mailbox = kept()

    response = browser.post(f"{LIST}{mailbox.pk}/change/", FORM | {"from_name": "Desk"})

    assert response.status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.in_password, mailbox.out_password, mailbox.from_name) == (CANARY, f"{CANARY}-out", "Desk")
    assert "in_password" not in Entry.objects.get(verb="mailbox_changed").facts["after"]


def test_what_the_fetchers_write_is_in_no_form(browser):
    """ATTACKS D09."""
    mailbox = kept(last_uid=7, uid_validity=3)

    browser.post(
        f"{LIST}{mailbox.pk}/change/",
        FORM | {"last_uid": 0, "uid_validity": 9, "uid_space": "x", "fetch_error": "y", "server_count": 1},
    )

    mailbox.refresh_from_db()
    assert (mailbox.last_uid, mailbox.uid_validity, mailbox.uid_space, mailbox.fetch_error) == (7, 3, "", "")


@pytest.mark.parametrize(
    ("field", "value"), [("in_host", ""), ("also_known_as", "not-an-address"), ("in_port", "70000"), ("address", "x")]
)
def test_settings_that_cannot_work_are_refused(browser, field, value):
    response = browser.post(f"{LIST}add/", FORM | {field: value})

    assert response.status_code == 200
    assert not Mailbox.objects.exists()


def test_connection_is_tried_by_a_task_whose_steps_the_page_shows(browser):
    mailbox = MailboxFactory(protocol=Protocol.IMAP, in_host="127.0.0.1", in_port=1, in_password=CANARY)

    begun = browser.post(f"{LIST}{mailbox.pk}/connection/begin/")
    waiting = browser.get(begun["Location"])
    checks.check_connection(mailbox.pk, begun["Location"].partition("ticket=")[2])
    done = browser.get(begun["Location"])

    assert (waiting["Refresh"], "Asking the server" in waiting.content.decode()) == ("2", True)
    assert "Refresh" not in done
    page = done.content.decode()
    assert "✓ receiving: name" in page
    assert "✗ receiving: port" in page
    assert "Nothing accepts connections at 127.0.0.1:1" in page
    assert CANARY not in page


def test_check_while_the_broker_is_away_says_so(browser, monkeypatch):
    mailbox = kept()
    monkeypatch.setattr(bells, "_quiet_until", time.monotonic() + 60)

    page = browser.post(f"{LIST}{mailbox.pk}/proof/begin/", follow=True).content.decode()

    assert "The queue server is away" in page


def test_proof_that_cannot_be_had_says_why(browser):
    mailbox = MailboxFactory(protocol=Protocol.POP3, in_host="127.0.0.1", in_port=1, fetch_error="It broke.")
    checks.prove(mailbox.pk, TICKET)

    page = browser.get(f"{LIST}{mailbox.pk}/proof/?ticket={TICKET}").content.decode()

    assert "Nothing accepts connections at 127.0.0.1:1" in page
    assert "It broke." in page


def test_outcome_of_another_mailbox_is_not_shown(browser):
    mine, other = MailboxFactory(), MailboxFactory()
    checks.prove(other.pk, TICKET)

    response = browser.get(f"{LIST}{mine.pk}/proof/?ticket={TICKET}")

    assert "Asking the server" in response.content.decode()


def test_checks_are_begun_by_posts_alone(browser):
    mailbox = kept()

    for what in ("connection", "proof"):
        assert browser.get(f"{LIST}{mailbox.pk}/{what}/begin/").status_code == 405
