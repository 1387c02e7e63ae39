"""Reading POP3 maildrops of a real Dovecot."""

import pytest

from tests.factories import MailboxFactory
from tests.peers.fixtures import pop3_fields
from tests.peers.letters import letter
from tickets.mail.fetching.loop import fetch_once
from tickets.mail.fetching.proving import proof
from tickets.mail.models import Mailbox, RawMail

pytestmark = [pytest.mark.dovecot, pytest.mark.django_db]


def test_fetch_when_mails_wait_then_each_is_stored_once_and_left_there(account):
    content = letter(body="\r\n.dot\r\n" + "long" * 5000)
    account.deliver(content, letter())
    mailbox = MailboxFactory(**pop3_fields(account))

    first, second = fetch_once(mailbox), fetch_once(Mailbox.objects.get())

    assert (first.stored, first.server_count, first.trouble, second.stored) == (2, 2, "", 0)
    assert bytes(RawMail.objects.order_by("pk")[0].content).endswith(content)
    assert len(account.uids()) == 2


def test_fetch_when_deleting_is_wanted_then_stored_mails_are_gone(account):
    account.deliver(letter(), letter())

    done = fetch_once(MailboxFactory(**pop3_fields(account), after_fetch="delete"))

    assert (done.stored, account.uids()) == (2, [])


def test_fetch_when_a_crash_left_a_stored_mail_then_it_is_deleted_without_a_second_row(account):
    account.deliver(letter())
    fetch_once(MailboxFactory(**pop3_fields(account)))
    Mailbox.objects.update(after_fetch="delete")

    done = fetch_once(Mailbox.objects.get())

    assert (done.stored, RawMail.objects.count(), account.uids()) == (0, 1, [])


def test_fetch_when_the_server_gives_an_old_id_to_a_new_mail_then_it_is_stored_before_it_is_deleted(account):
    account.deliver(letter(subject="New under an old id"))
    fetch_once(MailboxFactory(**pop3_fields(account)))
    RawMail.objects.update(sha256="0" * 64, content=b"another mail that had this id")
    Mailbox.objects.update(after_fetch="delete")

    done = fetch_once(Mailbox.objects.get())

    assert (done.stored, RawMail.objects.count(), account.uids()) == (1, 2, [])
    assert b"New under an old id" in bytes(RawMail.objects.latest("pk").content)


def test_fetch_when_mail_is_too_large_then_its_headers_are_quarantined_and_it_stays(account, settings):
    settings.MAIL_MAX_BYTES = 2000
    account.deliver(letter(subject="Large", body="x" * 3000))

    done = fetch_once(MailboxFactory(**pop3_fields(account), after_fetch="delete"))

    raw = RawMail.objects.get()
    assert (done.stored, raw.state, len(account.uids())) == (1, "quarantined", 1)
    assert b"Subject: Large" in bytes(raw.content)


def test_proof_when_one_mail_was_not_fetched_then_it_is_named(account):
    account.deliver(letter(), letter())
    fetch_once(MailboxFactory(**pop3_fields(account)))
    gone = RawMail.objects.latest("pk")
    uid = gone.uid
    gone.delete()
    account.deliver(letter())

    shown = proof(Mailbox.objects.get())

    assert (shown.on_server, shown.stored, shown.is_complete) == (3, 1, False)
    assert uid in shown.only_there
    assert len(shown.only_there) == 2
