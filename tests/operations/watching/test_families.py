"""P6: whatever stands still or fails is told within five minutes."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from helpdesk.operations.enums import Measure
from helpdesk.operations.models import Alert, Pulse, Sample
from helpdesk.operations.watching import pulses, rounds
from helpdesk.operations.watching.families import DEFAULTS, MINUTE
from helpdesk.operations.watching.judging import judge

MOST = 5
SLOWER = {
    ("webhooks", "oldest_seconds"): "others' receivers, which may rest for an hour",
    ("logout_notices", "oldest_seconds"): "others' sites",
    ("work", "oldest_seconds"): "long work waits for long work; a worker that stands still is told of by its bells",
    ("certificate", "failed"): "asked every five minutes, and good for weeks when it can't be read",
    ("backup", "failed"): "made once a day",
}


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda each: f"{each.family} {each.measure}")
def test_threshold_as_it_comes_along_tells_within_five_minutes(default):
    until_beyond = default.limit / MINUTE if default.measure == Measure.OLDEST else 0
    until_rung = 1 if default.family in ("celery", "beat") else 0

    slow = (default.family, str(default.measure)) in SLOWER

    assert (until_rung + until_beyond + default.minutes <= MOST) is not slow


@pytest.mark.django_db
def test_worker_when_frozen_then_an_alert_within_five_minutes(rung):
    """A round a minute; all other queues hear, and so does beat. The worker froze a moment after it heard a bell."""
    pulses.ring_pulses()
    hear("mail", "notify", "sync", "default")
    rounds.sample()
    pulses.ring_pulses()
    told_after = None

    for minute in range(1, 8):
        hear("mail", "sync", "default")
        a_minute_passes()
        rounds.sample()
        judge()
        pulses.ring_pulses()
        if told_after is None and Alert.objects.exists():
            told_after = minute

    assert set(Alert.objects.values_list("series", flat=True)) == {"celery:notify"}
    # the bell that it did not hear is rung up to a minute after it froze
    assert told_after + 1 <= MOST


def a_minute_passes():
    minute = timedelta(minutes=1)
    Pulse.objects.update(rung_at=F("rung_at") - minute, heard_at=F("heard_at") - minute)
    for at in Sample.objects.order_by("at").values_list("at", flat=True).distinct():
        Sample.objects.filter(at=at).update(at=at - minute)


def hear(*queues):
    Pulse.objects.filter(queue__in=queues).update(heard_at=timezone.now())
