import pytest

from tests.peers.letters import letter
from tickets.mail.fetching.loop import fetch_once
from tickets.mail.fetching.proving import proof
from tickets.mail.models import Mailbox, RawMail

pytestmark = [pytest.mark.dovecot, pytest.mark.django_db]


def test_proof_when_everything_was_fetched_then_both_sides_count_the_same(account, imap_mailbox):
    account.deliver(letter(), letter())
    fetch_once(imap_mailbox())

    shown = proof(Mailbox.objects.get())

    assert (shown.on_server, shown.stored, shown.only_there, shown.only_here, shown.is_complete) == (2, 2, [], 0, True)


def test_proof_when_the_sides_differ_then_each_difference_is_told(account, imap_mailbox, settings):
    settings.MAIL_MAX_BYTES = 5000
    account.deliver(letter(), letter(), letter(), letter(body="x" * 9000))
    fetch_once(imap_mailbox())
    RawMail.objects.get(uid="2").delete()
    with account.imap() as client:
        client.uid("STORE", "3", "+FLAGS", r"(\Deleted)")
        client.expunge()

    shown = proof(Mailbox.objects.get())

    assert (shown.on_server, shown.stored, shown.only_there, shown.only_here) == (3, 2, ["2"], 1)
    assert shown.as_headers == ["4"]
