"""R02, R06, R17, R31: processes killed from outside at whatever moment, and copies of a mail that come at once."""

import os
import signal
from pathlib import Path

import pytest
from django.utils import timezone

from tests.factories import MailboxFactory
from tests.faults.test_processing import let_leases_run_out, store, work
from tests.faults.test_recovery import DOOMED, database_name, take_database_away
from tests.faults.test_servers import worker
from tests.peers.letters import letter
from tests.peers.processes import eventually, running
from tests.tickets.mail.conftest import mail
from tickets.mail.enums import RawMailState
from tickets.mail.models import Mailbox, RawMail
from tickets.models import Message

__all__ = ["database_name"]
pytestmark = pytest.mark.django_db(transaction=True)

MAILS = 200


def states() -> set[str]:
    return set(RawMail.objects.values_list("state", flat=True))


def parser_of(pid: int) -> int | None:
    """The child that reads mail for this worker, when it has come to that. Any thread may have started it."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            if b"parsing" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    return None


def test_r02_parser_when_killed_from_outside_with_a_mail_in_hand_then_the_mail_is_read_at_the_next_try():
    MailboxFactory()
    raw = store(mail(body="Read me."))

    process = worker()
    os.kill(eventually(lambda: parser_of(process.pid), seconds=90, every=0.005), signal.SIGKILL)
    output = process.communicate(timeout=120)[0]
    raw.refresh_from_db()
    after_the_kill = (process.returncode, raw.state, raw.attempts, raw.due_at > timezone.now())
    RawMail.objects.update(due_at=timezone.now())
    assert work() == 0

    raw.refresh_from_db()
    assert after_the_kill == (0, RawMailState.STORED, 1, True), output
    assert (raw.state, raw.attempts, Message.objects.count()) == (RawMailState.PROCESSED, 2, 1)


def test_r31_worker_when_killed_from_outside_in_the_middle_of_many_mails_then_each_is_one_message():
    MailboxFactory()
    for number in range(MAILS):
        store(mail(sender=f"Clara <clara{number}@shop.example>", body=f"Mail {number}."))

    done = [0]
    for _ in range(2):
        process = worker()
        eventually(lambda: Message.objects.count() > done[-1], seconds=90, every=0.005)
        process.kill()
        process.communicate(timeout=60)
        done.append(Message.objects.count())
        let_leases_run_out()
    assert work() == 0

    assert done[0] < done[1] < done[2] < MAILS
    assert states() == {RawMailState.PROCESSED}
    texts = sorted(Message.objects.values_list("text", flat=True))
    assert texts == sorted(f"Mail {number}." for number in range(MAILS))


def test_r17_copies_when_they_come_three_ways_and_two_workers_take_them_then_each_mail_is_one_message():
    support, sales = MailboxFactory(), MailboxFactory()
    bodies = [f"Mail {number}." for number in range(20)]
    ways = [(support, "direct"), (sales, "of the other mailbox"), (support, "sent again")]
    for mailbox, way in ways:
        for body in bodies:
            raw = store(mail(body=body, Received=f"from mx.shop.example ({way}); Sat, 21 Nov 2026 10:00:02 +0000"))
            RawMail.objects.filter(pk=raw.pk).update(mailbox=mailbox)

    workers = [worker(), worker()]
    outputs = [process.communicate(timeout=120)[0] for process in workers]

    assert [process.returncode for process in workers] == [0, 0], outputs
    assert sorted(Message.objects.values_list("text", flat=True)) == sorted(bodies)
    assert RawMail.objects.filter(state=RawMailState.PROCESSED).count() == 20
    duplicates = RawMail.objects.filter(state=RawMailState.DUPLICATE)
    assert (duplicates.count(), duplicates.filter(message=None).count()) == (40, 0)


@pytest.mark.dovecot
def test_r06_fetcher_when_the_database_is_away_then_mail_stays_on_its_server_until_it_is_back(
    account, imap_mailbox, database_name
):
    imap_mailbox(after_fetch="delete")
    with running("fetch_mail", HELPDESK_PROCESS=DOOMED):
        eventually(lambda: Mailbox.objects.get().fetched_at, seconds=90)
        coming_back = take_database_away(database_name, of=(DOOMED, "helpdesk fetch lock"))
        account.deliver(letter(subject="One"), letter(subject="Two"))
        while coming_back.is_alive():
            on_the_server = len(account.uids())
            coming_back.join(0.2)
        eventually(lambda: RawMail.objects.count() == 2, seconds=90)
        eventually(lambda: account.uids() == [], seconds=90)

    assert on_the_server == 2
