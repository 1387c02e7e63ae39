from uuid import uuid4

import pytest

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of
from tests.factories import MailboxFactory, StaffFactory
from tests.htmx import tree
from tests.peers.fixtures import imap_fields, pop3_fields
from tests.peers.letters import letter
from tickets.mail import checks
from tickets.mail.fetching.errors import ServerFailed
from tickets.mail.fetching.loop import fetch_once
from tickets.mail.fetching.proving import proof
from tickets.mail.models import Mailbox, RawMail

pytestmark = [pytest.mark.dovecot, pytest.mark.django_db]
TICKET = uuid4().hex


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


@pytest.mark.parametrize("fields_of", [imap_fields, pop3_fields])
def test_proof_when_the_account_was_changed_then_says_that_counting_starts_afresh(account, fields_of):
    account.deliver(letter())
    mailbox = MailboxFactory(**fields_of(account))
    fetch_once(mailbox)
    other = account.server.account()
    other.deliver(letter(), letter())
    Mailbox.objects.update(in_username=other.user)

    with pytest.raises(ServerFailed, match="server: 2, in an account or folder that was not fetched"):
        proof(Mailbox.objects.get())

    fetch_once(Mailbox.objects.get())
    after = proof(Mailbox.objects.get())
    assert (after.on_server, after.stored, after.only_here) == (2, 2, 0)


@pytest.mark.parametrize("fields_of", [imap_fields, pop3_fields])
def test_proof_when_nothing_was_fetched_yet_then_says_so(account, fields_of):
    account.deliver(letter())
    mailbox = MailboxFactory(**fields_of(account))

    with pytest.raises(ServerFailed, match="server: 1, none of them fetched yet"):
        proof(mailbox)


def test_proof_when_the_server_renumbered_the_folder_then_says_so(account, imap_mailbox):
    account.deliver(letter())
    fetch_once(imap_mailbox())
    account.renumber()

    with pytest.raises(ServerFailed, match="has renumbered the folder"):
        proof(Mailbox.objects.get())


@pytest.mark.parametrize(
    ("is_one_lost", "proved", "missing"),
    [
        (False, "✓ The server has 2, we have 2 of them.", []),
        (True, "✗ The server has 2, we have 1 of them.", ["Only on the server (1), by UID: 2"]),
    ],
)
def test_proof_page_shows_what_the_server_answered(account, imap_mailbox, is_one_lost, proved, missing):
    account.deliver(letter(), letter())
    mailbox = imap_mailbox()
    fetch_once(mailbox)
    if is_one_lost:
        RawMail.objects.get(uid="2").delete()
    checks.prove(mailbox.pk, TICKET)

    browser = browser_of(StaffFactory(role=Role.ADMINISTRATOR))
    page = tree(browser.get(f"/admin/mail/mailbox/{mailbox.pk}/proof/?ticket={TICKET}").content.decode())

    assert [_words(each) for each in page.xpath("//p[@id='proof']")] == [proved]
    assert [_words(each) for each in page.xpath("//p[@id='missing']")] == missing
    assert page.xpath("//p[@id='error']") == []


def _words(element):
    return " ".join(element.text_content().split())
