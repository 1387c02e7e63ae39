"""R01, R02, R31: whoever dies at whichever step, no mail is lost and none is doubled."""

import hashlib

import pytest
from django.utils import timezone

from tests.peers.processes import python
from tests.tickets.mail.conftest import mail
from tickets.mail.actions.processing import process_waiting
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

WORK = "import django; django.setup(); from tickets.mail.actions.processing import process_waiting; process_waiting()"
STEPS = ["after_claim", "after_parse", "before_commit", "after_write"]


def store(raw: bytes) -> RawMail:
    return RawMail.objects.create(source="smtp", content=raw, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw))


def work(**more: str) -> int:
    """A worker process that works through what waits; its exit code (-9 when it was killed)."""
    return python("-c", WORK, **more).wait(120)


def let_leases_run_out() -> None:
    RawMail.objects.filter(state=RawMailState.PROCESSING).update(lease_until=timezone.now())


@pytest.mark.parametrize("step", STEPS)
def test_r01_worker_when_killed_at_a_step_then_nothing_lost_nothing_doubled(step):
    raws = [store(mail(body=f"Mail {number}.")) for number in range(5)]

    assert work(CRASH_AT=step) == -9
    let_leases_run_out()
    assert work() == 0

    assert {raw.state for raw in RawMail.objects.all()} == {RawMailState.PROCESSED}
    assert sorted(Message.objects.values_list("text", flat=True)) == [f"Mail {number}." for number in range(5)]
    assert Ticket.objects.count() == len(raws)


def test_r02_parser_when_killed_by_a_mail_then_quarantined_after_three_tries_and_the_others_go_on():
    poison = store(mail(body="this one is POISON", subject="poison"))
    good = [store(mail(body=f"Good {number}.")) for number in range(10)]

    for _ in range(3):
        assert work(HELPDESK_PARSER_CRASH="POISON") == 0
        RawMail.objects.filter(state=RawMailState.STORED).update(due_at=timezone.now())

    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == (RawMailState.QUARANTINED, 3)
    assert poison.reason != ""
    states = RawMail.objects.filter(pk__in=[raw.pk for raw in good]).values_list("state", flat=True)
    assert set(states) == {RawMailState.PROCESSED}


def test_worker_when_killed_by_the_same_mail_every_time_then_quarantined():
    raw = store(mail())

    for _ in range(3):
        assert work(CRASH_AT="after_parse") == -9
        let_leases_run_out()
    assert work() == 0

    raw.refresh_from_db()
    assert raw.state == RawMailState.QUARANTINED


def test_lease_when_still_held_by_another_worker_then_left_alone():
    raw = store(mail())
    assert work(CRASH_AT="after_claim") == -9

    assert process_waiting() == 0

    raw.refresh_from_db()
    assert raw.state == RawMailState.PROCESSING


def test_two_workers_at_once_then_each_mail_once():
    for number in range(60):
        store(mail(body=f"Mail {number}."))
    workers = [python("-c", WORK) for _ in range(2)]

    assert [worker.wait(120) for worker in workers] == [0, 0]

    assert Message.objects.count() == 60
    assert set(RawMail.objects.values_list("state", flat=True)) == {RawMailState.PROCESSED}
