"""What becomes of rows that were sent, or not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.models import ContactPoint
from helpdesk.notifications.answers import Answer, RouteTrouble, Silence
from helpdesk.notifications.claiming import claim
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Breaker, Delivery
from helpdesk.notifications.recording import PATIENCE, failed, kept, later, record_outcomes, refused, sent, unknown
from helpdesk.notifications.signals import delivery_failed, delivery_unknown
from tests.factories import UserFactory

CLARA = "clara@shop.example"
GOOD, BUSY, GONE = Answer(250, "2.0.0 ok"), Answer(451, "4.3.0 busy"), Answer(550, "5.1.1 no such user")


@pytest.fixture
def told():
    heard = []

    def hear_failed(sender, deliveries, **_):
        heard.extend(("failed", row.recipient, row.reason) for row in deliveries)

    def hear_unknown(sender, deliveries, **_):
        heard.extend(("unknown", row.recipient, row.reason) for row in deliveries)

    delivery_failed.connect(hear_failed)
    delivery_unknown.connect(hear_unknown)
    yield heard
    delivery_failed.disconnect(hear_failed)
    delivery_unknown.disconnect(hear_unknown)


def recorded(queue, outcome, *, attempts=0, since=timedelta(), **fields):
    """One row, claimed after so many attempts, with this outcome; as it is in the database then."""
    [row] = queue(CLARA, **fields)
    Delivery.objects.filter(pk=row.pk).update(attempts=attempts, trying_since=timezone.now() - since)
    held = claim()
    record_outcomes([(held.rows[0], outcome)], claim=held)
    row.refresh_from_db()
    return row


def waits(row):
    """Seconds until it is due, give or take what a busy machine needs to look."""
    return pytest.approx((row.due_at - timezone.now()).total_seconds(), abs=3)


def test_row_that_was_sent_is_done(queue, told):
    row = recorded(queue, sent(GOOD))

    assert (row.state, row.status_code, row.reason, row.lease_until) == ("sent", "2.0.0", "", None)
    assert row.finished_at is not None
    assert told == []


def test_row_that_was_refused_for_good_has_failed_and_is_told(queue, told):
    row = recorded(queue, refused(GONE))

    assert (row.state, row.status_code, row.reason) == ("failed", "5.1.1", "550 5.1.1 no such user")
    assert row.finished_at is not None
    assert ("failed", CLARA, "550 5.1.1 no such user") in told


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 60), (1, 120), (2, 240), (7, 7680), (8, 4 * 3600), (30, 4 * 3600)]
)
def test_row_that_was_put_off_waits_longer_each_time(queue, told, attempts, seconds):
    row = recorded(queue, refused(BUSY), attempts=attempts)

    assert (row.state, row.attempts, row.status_code) == ("queued", attempts + 1, "4.3.0")
    assert 0.9 * seconds - 3 <= (row.due_at - timezone.now()).total_seconds() <= seconds
    assert (row.finished_at, told) == (None, [])


def test_row_whose_patience_ends_soon_is_tried_once_more_at_its_end(queue):
    row = recorded(queue, later("busy"), attempts=20, since=PATIENCE - timedelta(minutes=30))

    assert (row.state, waits(row)) == ("queued", 1800)


def test_row_whose_patience_is_over_has_failed_and_is_told(queue, told):
    row = recorded(queue, later("x" * 600), attempts=20, since=PATIENCE)

    assert (row.state, row.reason) == ("failed", ("given up after 48 hours: " + "x" * 600)[:500])
    assert [what for what, _, _ in told] == ["failed"]


@pytest.mark.parametrize(("failures", "seconds"), [(0, 10), (2, 10), (3, 0)])
def test_row_whose_way_out_failed_has_not_used_up_an_attempt(queue, failures, seconds):
    Breaker.objects.create(route="site", failures=failures)

    row = recorded(queue, kept(RouteTrouble("no connection"), route="site"), attempts=4)

    assert (row.state, row.attempts, row.reason, waits(row)) == ("queued", 4, "no connection", seconds)


def test_row_whose_way_out_failed_is_never_given_up_for_that(queue):
    row = recorded(queue, kept(RouteTrouble("no connection"), route="site"), since=PATIENCE * 2)

    assert row.state == "queued"


def test_row_that_nobody_answered_for_is_unknown_and_told(queue, told):
    row = recorded(queue, unknown(Silence("no answer after the data")))

    assert (row.state, row.finished_at) == ("unknown", None)
    assert told == [("unknown", CLARA, "no answer after the data")]


@pytest.mark.parametrize(
    ("status", "is_marked"),
    [
        ("5.1.1", True),
        ("5.1.3", True),
        ("5.1.6", True),
        ("5.1.10", True),
        ("5.1.2", False),
        ("5.7.1", False),
        ("", False),
    ],
)
def test_address_is_marked_only_when_it_does_not_exist(queue, status, is_marked):
    UserFactory(email=CLARA)

    recorded(queue, failed("refused", status=status))

    assert ContactPoint.objects.filter(value=CLARA, bounced_at__isnull=False).exists() is is_marked


@pytest.mark.parametrize(
    ("outcome", "is_wiped"),
    [(sent(GOOD), True), (failed("no"), True), (later("busy"), False)],
    ids=["sent", "no", "later"],
)
def test_link_is_wiped_when_it_is_out_or_given_up(queue, outcome, is_wiped):
    row = recorded(queue, outcome, purpose=Purpose.SIGN_IN_LINK, content={"url": "sealed"})

    assert row.content == ({} if is_wiped else {"url": "sealed"})


def test_content_of_a_notice_stays_to_be_looked_at(queue):
    assert recorded(queue, sent(GOOD), content={"title": "x"}).content == {"title": "x"}


def test_recipients_of_one_mail_have_each_their_own_outcome(queue, told):
    queue(CLARA, "piotr@shop.example", "boss@shop.example", message_id="one@helpdesk.example")
    held = claim()

    record_outcomes(list(zip(held.rows, [sent(GOOD), refused(BUSY), refused(GONE)], strict=True)), claim=held)

    states = dict(Delivery.objects.values_list("recipient", "state"))
    assert states == {CLARA: "sent", "piotr@shop.example": "queued", "boss@shop.example": "failed"}
    assert [to for _, to, _ in told] == ["boss@shop.example"]
