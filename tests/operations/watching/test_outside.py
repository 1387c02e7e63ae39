"""The word outside that all is well: given while beat and all workers live, and never else."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.celery import app
from helpdesk.operations.beat import Scheduler
from helpdesk.operations.models import OutsideWatch, Pulse
from helpdesk.operations.tasks import pulse
from helpdesk.operations.watching import pulses
from helpdesk.operations.watching.rounds import go_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def watch(peer):
    return OutsideWatch.objects.create(name="Outside", url=peer.url)


@pytest.fixture
def alive(db):
    pulses.ring_pulses()
    pulses.tick(timezone.now())
    for queue in pulses.QUEUES:
        pulse(queue)


def test_outside_when_beat_and_all_workers_live_then_told_each_round(watch, alive, peer):
    go_round(beat_lives=True)
    go_round(beat_lives=True)

    watch.refresh_from_db()
    assert [each.method for each in peer.asked] == ["GET", "GET"]
    assert watch.told_at is not None


@pytest.mark.parametrize("queue", [*pulses.QUEUES, pulses.BEAT])
def test_outside_when_one_of_them_is_silent_then_not_told(watch, alive, peer, queue):
    Pulse.objects.filter(queue=queue).update(heard_at=timezone.now() - timedelta(minutes=4))

    go_round(beat_lives=True)

    assert peer.connections == 0


def test_outside_when_a_worker_was_never_heard_then_not_told(watch, peer):
    pulses.tick(timezone.now())

    go_round(beat_lives=True)

    assert peer.connections == 0


def test_outside_when_beats_loop_stands_still_then_not_told_and_the_watch_goes_on(watch, alive, peer):
    scheduler = Scheduler(app=app, lazy=True)
    scheduler._ticked = time.monotonic() - 600

    scheduler.watch()

    beat = Pulse.objects.get(queue="beat")
    assert peer.connections == 0
    assert 595 < (timezone.now() - beat.heard_at).total_seconds() < 610


def test_outside_when_switched_off_then_not_told(watch, alive, peer):
    OutsideWatch.objects.update(is_active=False)

    go_round(beat_lives=True)

    assert peer.connections == 0


def test_outside_when_it_answers_badly_then_its_row_says_so(watch, alive, peer):
    peer.answers = [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]

    go_round(beat_lives=True)

    watch.refresh_from_db()
    assert (watch.told_at, watch.reason) == (None, "it answered 404")


def test_outside_when_the_address_is_not_public_then_not_asked_and_its_row_says_so(watch, alive, peer, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []

    go_round(beat_lives=True)

    watch.refresh_from_db()
    assert peer.connections == 0
    assert "OUTGOING_ALLOWED_NETWORKS" in watch.reason
