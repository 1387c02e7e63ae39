"""Failures are told once, back-off grows, secrets stay secret."""

import logging
from datetime import timedelta

import pytest

from helpdesk.journal.models import Entry
from tests.factories import MailboxFactory
from tests.peers.letters import letter
from tests.peers.ports import free_port
from tickets.mail.actions.fetch_progress import note_failure, note_success, pause_after
from tickets.mail.fetching.connecting import explain
from tickets.mail.fetching.loop import fetch_once
from tickets.mail.models import Mailbox


def test_pause_when_failures_go_on_then_it_doubles_to_half_an_hour():
    pauses = [pause_after(failures) / timedelta(minutes=1) for failures in range(1, 9)]

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.django_db
def test_failure_when_it_repeats_then_there_is_one_alert_and_a_count(caplog):
    mailbox = MailboxFactory(protocol="imap", in_host="127.0.0.1", in_port=free_port(), in_security="plain")

    for _ in range(5):
        fetch_once(mailbox)

    mailbox.refresh_from_db()
    alerts = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert mailbox.fetch_failures == 5
    assert mailbox.fetch_error.startswith("Nothing accepts connections at 127.0.0.1:")
    assert Entry.objects.filter(verb="mailbox_failing").count() == 1
    assert len(alerts) == 1


@pytest.mark.django_db
def test_success_when_it_follows_failures_then_it_is_written_once_and_the_error_is_gone():
    mailbox = MailboxFactory()
    note_failure(mailbox=mailbox, reason="The server is away.")

    note_success(mailbox=mailbox, server_count=3)
    note_success(mailbox=mailbox, server_count=4)

    mailbox.refresh_from_db()
    assert (mailbox.fetch_failures, mailbox.fetch_error, mailbox.server_count) == (0, "", 4)
    assert Entry.objects.filter(verb="mailbox_recovered").count() == 1


@pytest.mark.dovecot
@pytest.mark.django_db
def test_password_when_signing_in_fails_then_it_is_in_no_log_and_no_error(account, imap_mailbox, caplog):
    caplog.set_level(logging.DEBUG)
    account.deliver(letter())

    done = fetch_once(imap_mailbox(in_password="canary-2718"))

    mailbox = Mailbox.objects.get()
    assert "refused the user name or password" in done.trouble
    assert "canary-2718" not in done.trouble + mailbox.fetch_error + caplog.text
    assert "canary-2718" not in str(list(Entry.objects.values_list("facts", flat=True)))


@pytest.mark.dovecot
@pytest.mark.django_db
def test_certificate_when_it_is_of_nobody_known_then_nothing_is_fetched(account, imap_mailbox):
    account.deliver(letter())

    done = fetch_once(imap_mailbox(in_host="localhost", in_security="tls", in_port=account.server.imaps))

    assert done.stored == 0
    assert "signed by nobody this machine knows" in done.trouble


def test_explain_when_the_server_answers_in_bytes_then_it_is_one_line():
    sentence = explain(Exception(b"NO [ALERT] quota\r\nexceeded."), stage="fetching", host="mx", port=993)

    assert sentence == "mx:993 answered: NO [ALERT] quota exceeded."
