"""R01, R05, R06, R13, R14, R16, R18 of the promises: real servers, real processes, and nothing lost or doubled."""

import time

import pytest
from django.db import DatabaseError, connection

from helpdesk.journal.models import Entry
from tests.factories import MailboxFactory
from tests.peers.cutting_proxy import cutting
from tests.peers.fixtures import imap_fields, pop3_fields
from tests.peers.letters import letter
from tests.peers.processes import eventually, manage, running
from tickets.mail.fetching import connecting
from tickets.mail.fetching.imap import ImapSession
from tickets.mail.fetching.locking import FetchLock
from tickets.mail.fetching.loop import fetch_once
from tickets.mail.models import Mailbox, RawMail

pytestmark = [pytest.mark.dovecot, pytest.mark.django_db(transaction=True)]

STEPS = ["after_fetch", "after_store", "before_flag", "after_flag"]
KILLED = -9


def stored_subjects() -> list[str]:
    return sorted(
        line.removeprefix("Subject: ")
        for raw in RawMail.objects.all()
        for line in bytes(raw.content).decode().splitlines()
        if line.startswith("Subject: ")
    )


@pytest.mark.parametrize("step", STEPS)
def test_imap_when_the_fetcher_is_killed_at_a_step_then_the_next_run_has_everything_once(account, imap_mailbox, step):
    subjects = [f"Mail {n:02}" for n in range(60)]
    account.deliver(*(letter(subject=subject) for subject in subjects))
    imap_mailbox(after_fetch="move", move_to="Archive")

    died = manage("fetch_mail", "--once", CRASH_AT=step)
    on_server_after_death = len(account.uids())
    stored_at_death = RawMail.objects.count()
    again = fetch_once(Mailbox.objects.get())

    assert (died.returncode, again.trouble) == (KILLED, "")
    assert len(subjects) - on_server_after_death <= stored_at_death
    assert stored_subjects() == subjects
    assert (account.uids(), account.count_in("Archive")) == ([], 60)


@pytest.mark.parametrize("step", ["before_flag", "after_flag"])
def test_pop3_when_the_fetcher_is_killed_at_a_step_then_the_next_run_has_everything_once(account, step):
    subjects = ["One", "Three", "Two"]
    account.deliver(*(letter(subject=subject) for subject in subjects))
    MailboxFactory(**pop3_fields(account), after_fetch="delete")

    died = manage("fetch_mail", "--once", CRASH_AT=step)
    again = fetch_once(Mailbox.objects.get())

    assert (died.returncode, again.trouble) == (KILLED, "")
    assert stored_subjects() == subjects
    assert account.uids() == []


def test_imap_when_the_connection_is_cut_anywhere_then_nothing_is_stored_by_half_and_the_next_run_is_complete(
    account, imap_mailbox
):
    contents = [letter(subject=f"Mail {n}", body="x" * 300 * n) for n in range(3)]
    account.deliver(*contents)
    with cutting(account.server.imap) as proxy:
        mailbox = imap_mailbox(in_port=proxy.port, after_fetch="seen")
        fetch_once(mailbox)
        whole = proxy.passed
        RawMail.objects.all().delete()
        for cut in range(1, whole, max(1, whole // 40)):
            proxy.cut_after = cut

            fetch_once(Mailbox.objects.get())

            assert all(any(bytes(raw.content).endswith(c) for c in contents) for raw in RawMail.objects.all())
        proxy.cut_after = None
        done = fetch_once(Mailbox.objects.get())

    assert done.trouble == ""
    assert stored_subjects() == ["Mail 0", "Mail 1", "Mail 2"]


def test_imap_when_the_server_falls_silent_then_the_round_ends_and_the_next_is_complete(
    account, imap_mailbox, monkeypatch
):
    monkeypatch.setattr(connecting, "TIMEOUT_SECONDS", 3)
    account.deliver(letter(body="x" * 5000))
    with cutting(account.server.imap) as proxy:
        mailbox = imap_mailbox(in_port=proxy.port)
        proxy.hang_after = 1500
        began = time.monotonic()
        silent = fetch_once(mailbox)
        took = time.monotonic() - began
        proxy.hang_after = None
        done = fetch_once(mailbox)

    assert "did not answer" in silent.trouble
    assert took < 25  # the usual time-out is longer
    assert (done.stored, RawMail.objects.count()) == (1, 1)


def test_imap_when_a_mail_is_expunged_while_we_fetch_then_the_others_are_stored(account, imap_mailbox, monkeypatch):
    account.deliver(*(letter(subject=f"Mail {n}") for n in range(3)))
    mailbox = imap_mailbox()
    lock = FetchLock(mailbox.pk)
    assert lock.acquire()
    session = ImapSession(mailbox, lock)
    uids = session._new_uids()
    with account.imap() as client:
        client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
        client.expunge()
    monkeypatch.setattr(session, "_new_uids", lambda: uids)  # the list that was taken before

    done = session.fetch_new()
    session.close()
    lock.release()

    assert (done.stored, done.unreadable) == (2, [])
    assert stored_subjects() == ["Mail 0", "Mail 2"]


def test_loop_when_a_mail_arrives_then_idle_brings_it_within_two_seconds_and_restarts_are_survived(
    account, imap_mailbox
):
    imap_mailbox(after_fetch="seen")
    with running("fetch_mail") as fetcher:
        eventually(lambda: Mailbox.objects.get().fetched_at, seconds=60)
        latencies = []
        for number in range(1, 4):
            time.sleep(0.5)
            began = time.monotonic()
            account.deliver(letter(subject=f"Mail {number}"))
            eventually(lambda number=number: RawMail.objects.count() == number, seconds=60)
            latencies.append(time.monotonic() - began)

        with connection.cursor() as cursor:  # every other session dies, as in a restart of the database
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        account.deliver(letter(subject="Mail 4"))
        eventually(lambda: RawMail.objects.count() == 4, seconds=60)
        code = fetcher.end()

    assert min(latencies) < 2  # the others may have met a busy machine
    assert max(latencies) < 30  # polling comes less often
    assert stored_subjects() == ["Mail 1", "Mail 2", "Mail 3", "Mail 4"]
    assert code == 0


def test_loop_when_the_connection_dies_in_idle_then_it_comes_back_without_an_alert(account, imap_mailbox):
    with cutting(account.server.imap) as proxy:
        imap_mailbox(in_port=proxy.port)
        with running("fetch_mail"):
            eventually(lambda: Mailbox.objects.get().fetched_at, seconds=60)
            account.deliver(letter(subject="Before"))
            eventually(lambda: RawMail.objects.count() == 1)
            proxy.cut()
            account.deliver(letter(subject="After"))
            eventually(lambda: RawMail.objects.count() == 2, seconds=60)

    assert not Entry.objects.filter(verb="mailbox_failing").exists()


def test_loop_when_mailboxes_are_added_changed_and_switched_off_then_it_follows(account, imap_mailbox):
    account.deliver(letter(subject="One"))
    with running("fetch_mail"):
        time.sleep(2)
        mailbox = imap_mailbox(in_password="wrong at first")
        eventually(lambda: Mailbox.objects.get().fetch_failures, seconds=60)
        mailbox.in_password = account.password
        mailbox.save(update_fields=["in_password"])
        eventually(lambda: RawMail.objects.count() == 1, seconds=60)
        Mailbox.objects.update(is_active=False)
        eventually(lambda: _lock_is_free(mailbox), seconds=60, every=0.5)

    assert Entry.objects.filter(verb="mailbox_failing").count() == 1
    assert Entry.objects.filter(verb="mailbox_recovered").count() == 1


def _lock_is_free(mailbox: Mailbox) -> bool:
    lock = FetchLock(mailbox.pk)
    try:
        return lock.acquire()
    finally:
        lock.release()


def test_fetchers_when_two_run_then_one_works_until_it_is_killed_and_each_mail_is_stored_once(account, imap_mailbox):
    account.deliver(*(letter(subject=f"Mail {n:02}") for n in range(30)))
    imap_mailbox()
    with running("fetch_mail") as first, running("fetch_mail") as second:
        eventually(lambda: RawMail.objects.count() == 30, seconds=60)
        by_hand = fetch_once(Mailbox.objects.get())
        account.deliver(letter(subject="Mail 30"))
        eventually(lambda: RawMail.objects.count() == 31)
        holder, other = eventually(
            lambda: next(
                (pair for pair in ((first, second), (second, first)) if "mail_fetched" in pair[0].output()), None
            )
        )
        holder.kill()
        account.deliver(letter(subject="Mail 31"))
        eventually(lambda: RawMail.objects.count() == 32, seconds=60)
        eventually(lambda: "mail_fetched" in other.output())

    assert by_hand.is_taken
    assert len(set(stored_subjects())) == 32


def test_imap_when_the_database_is_away_then_mails_stay_on_the_server(account, imap_mailbox):
    account.deliver(letter(subject="One"), letter(subject="Two"))
    imap_mailbox(after_fetch="delete")
    with connection.cursor() as cursor:  # storing fails as on a full or dying disk
        cursor.execute("ALTER TABLE mail_rawmail ADD CONSTRAINT no_room CHECK (false) NOT VALID")
    try:
        with pytest.raises(DatabaseError):
            fetch_once(Mailbox.objects.get())
        left = account.uids()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mail_rawmail DROP CONSTRAINT no_room")
    done = fetch_once(Mailbox.objects.get())

    assert left == [1, 2]
    assert (done.stored, account.uids(), stored_subjects()) == (2, [], ["One", "Two"])


def test_imap_when_the_server_is_down_then_one_alert_comes_and_fetching_goes_on_after_it(account, imap_mailbox):
    with cutting(1) as nobody:
        mailbox = imap_mailbox(in_port=nobody.port)
        for _ in range(3):
            manage_result = fetch_once(mailbox)
    Mailbox.objects.update(in_port=imap_fields(account)["in_port"])
    account.deliver(letter())

    done = fetch_once(Mailbox.objects.get())

    assert manage_result.trouble
    assert (done.stored, done.trouble) == (1, "")
    assert Entry.objects.filter(verb="mailbox_failing").count() == 1
