"""What a dead worker left in hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.notifications.claiming import claim
from helpdesk.notifications.models import Breaker, Delivery
from helpdesk.notifications.signals import delivery_failed, delivery_unknown
from helpdesk.notifications.sweeping import SILENT, take_back_expired

CLARA, PIOTR = "clara@shop.example", "piotr@shop.example"


@pytest.fixture
def told():
    heard = []

    def hear(sender, deliveries, **_):
        heard.extend(sorted(row.recipient for row in deliveries))

    for signal in (delivery_failed, delivery_unknown):
        signal.connect(hear)
    yield heard
    for signal in (delivery_failed, delivery_unknown):
        signal.disconnect(hear)


def left(queue, *addresses, attempts=1, data_sent=False, seconds=-1):
    """Rows whose worker is gone, or (with `seconds` to come) not yet."""
    now = timezone.now()
    rows = queue(*addresses)
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state="sending",
        attempts=attempts,
        lease_until=now + timedelta(seconds=seconds),
        data_at=now - timedelta(minutes=1) if data_sent else None,
    )
    return rows


def now_is(row):
    row.refresh_from_db()
    return row.state, row.lease_until, row.reason


def waits(row):
    return max(0, round((row.due_at - timezone.now()).total_seconds()))


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 0), (2, 10), (3, 30), (4, 90), (40, 4 * 3600)])
def test_rows_whose_data_never_went_out_are_queued_again_and_wait_longer_each_time(queue, told, attempts, seconds):
    [row] = left(queue, CLARA, attempts=attempts)

    assert take_back_expired() == 1
    assert now_is(row) == ("queued", None, "")
    assert (row.attempts, waits(row), told) == (attempts, seconds, [])


def test_rows_whose_data_went_out_are_unknown_and_told_once(queue, told):
    rows = left(queue, CLARA, PIOTR, data_sent=True)

    assert [take_back_expired(), take_back_expired()] == [2, 0]
    assert [now_is(row) for row in rows] == [("unknown", None, SILENT)] * 2
    assert told == [CLARA, PIOTR]
    assert all(row.data_at is not None for row in rows)


def test_rows_in_living_hands_and_rows_that_are_done_are_left_alone(queue, told):
    left(queue, CLARA, seconds=60, data_sent=True)
    _waiting, done = queue(CLARA, PIOTR)
    Delivery.objects.filter(pk=done.pk).update(state="sent", data_at=timezone.now())
    before = list(Delivery.objects.order_by("pk").values())

    assert take_back_expired() == 0
    assert list(Delivery.objects.order_by("pk").values()) == before
    assert told == []


def test_claim_writes_down_that_it_was_a_try(queue):
    with_id = queue(CLARA, message_id="one@helpdesk.example")
    without = queue(PIOTR)

    claims = [claim(), claim(), claim()]

    assert [each.rows for each in claims[:2]] == [with_id, without]
    assert claims[2] is None
    found = Delivery.objects.order_by("pk").values_list("state", "attempts", "lease_until", "data_at")
    assert list(found) == [("sending", 1, each.lease, None) for each in claims[:2]]


def test_rows_behind_a_way_out_that_rests_are_not_claimed_and_those_of_others_are(queue):
    Breaker.objects.create(route="site", failures=3, open_until=timezone.now() + timedelta(minutes=1))
    Breaker.objects.create(route="mailbox:8", failures=3, open_until=timezone.now() - timedelta(minutes=1))
    queue(CLARA)
    doubtful, free = queue(CLARA, CLARA, route="mailbox:8"), queue(CLARA, route="mailbox:9")

    assert [claim().rows, claim().rows, claim()] == [free, doubtful[:1], None]
