"""A round: what it measures, what it keeps, what it does when a part of it fails."""

import os
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from helpdesk.core.registries import Arrivals, QueueProbe, QueueState, queue_probes
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.enums import Channel, Purpose
from helpdesk.notifications.models import Delivery, Notice, Waiting
from helpdesk.operations.models import Pulse, Sample
from helpdesk.operations.watching import rounds
from helpdesk.operations.watching.keeping import latest, thin
from tests.factories import MessageFactory, StaffFactory, TicketFactory
from tickets.mail.enums import Source
from tickets.mail.models import RawMail
from tickets.models import KeptDraft, PieceOfNews

pytestmark = pytest.mark.django_db


def mails(count):
    RawMail.objects.bulk_create(
        [RawMail(source=Source.FILE, content=b"x", sha256=f"{at:064}", size=1) for at in range(count)]
    )


def a_minute_passes():
    for row in Sample.objects.order_by("at"):
        Sample.objects.filter(pk=row.pk).update(at=row.at - timedelta(minutes=1))


def sample_of(series):
    return Sample.objects.filter(series=series).latest("at")


def test_round_measures_every_queue_the_workers_and_the_machine(settings):
    rounds.go_round(beat_lives=False)

    series = set(Sample.objects.values_list("series", flat=True))
    queues = {name for name, _probe in queue_probes.items()}
    bells = {"celery:mail", "celery:notify", "celery:sync", "celery:default"}
    assert series >= queues | bells | {"broker", "disk:data", "database", "connections"}
    assert queues >= {"raw_mail", "outbox", "webhooks", "work", "planned"}
    assert sample_of("database").level > 1_000_000
    assert 0 < sample_of("disk:data").level <= 100
    assert sample_of("broker").failed == 0


def test_round_when_made_twice_within_a_minute_then_kept_once():
    rounds.go_round(beat_lives=False)
    before = Sample.objects.count()

    rounds.go_round(beat_lives=False)

    assert Sample.objects.count() - before in (0, before)  # the clock may have reached the next minute between them


def test_rates_when_rows_came_and_some_are_done_then_both_are_counted():
    mails(5)
    rounds.sample()
    first = sample_of("raw_mail")
    a_minute_passes()
    mails(3)
    RawMail.objects.filter(pk__in=RawMail.objects.order_by("pk")[:6].values("pk")).update(
        state="processed", finished_at=timezone.now()
    )

    rounds.sample()

    second = sample_of("raw_mail")
    assert (first.waiting, first.came, first.went) == (5, None, None)
    assert (second.waiting, second.came, second.went) == (2, 3, 6)


def test_outbox_when_mail_is_due_then_its_way_out_is_a_series_of_its_own():
    anna = StaffFactory()
    enqueue(
        subject=anna,
        outgoing=[
            Outgoing(purpose=Purpose.REPLY, recipient="clara@shop.example", route=route)
            for route in ("site", "mailbox:7")
        ],
    )

    rounds.sample()

    routes = Sample.objects.filter(series__startswith="route:").order_by("series")
    assert list(routes.values_list("series", "waiting")) == [("route:mailbox:7", 1), ("route:site", 1)]


def test_outbox_when_rows_came_and_went_then_each_channel_is_a_queue_of_its_own():
    anna = StaffFactory()

    def put(channel, *recipients):
        letters = [Outgoing(purpose=Purpose.NOTICE, recipient=each, channel=channel) for each in recipients]
        return enqueue(subject=anna, outgoing=letters)

    put(Channel.EMAIL, "a@shop.example")
    rounds.sample()
    a_minute_passes()
    first, _second, late = put(Channel.PUSH, "browser:1", "browser:2", "browser:3")
    [failed] = put(Channel.GATEWAY, "+49 1")
    Delivery.objects.filter(pk=first.pk).update(state="sent")
    Delivery.objects.filter(pk=failed.pk).update(state="failed")
    Delivery.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(minutes=4))

    rounds.sample()

    figures = {
        channel: [getattr(sample_of(f"outbox_{channel}"), name) for name in ("waiting", "failed", "came", "went")]
        for channel in ("email", "push", "gateway")
    }
    assert figures == {"email": [1, 0, 0, 0], "push": [2, 0, 3, 1], "gateway": [0, 1, 1, 1]}
    assert 240 <= sample_of("outbox_push").oldest_seconds < 250
    assert (sample_of("outbox").waiting, sample_of("outbox").came) == (3, 4)


def test_notices_when_one_waits_for_its_hour_and_one_is_late_then_only_the_late_one_has_an_age():
    anna, ticket = StaffFactory(), TicketFactory()
    for number, minutes in enumerate((-4, 600)):
        notice = Notice.objects.create(person=anna, occasion="noted", key=str(number), subject=ticket, title="x")
        due_at = timezone.now() + timedelta(minutes=minutes)
        Waiting.objects.create(notice=notice, person=anna, channel="email", due_at=due_at)

    rounds.sample()

    assert sample_of("notices").waiting == 2
    assert 240 <= sample_of("notices").oldest_seconds < 250


def test_news_when_nobody_spreads_it_then_its_age_is_known_but_for_what_may_be_taken_back():
    held = MessageFactory(held_until=timezone.now() + timedelta(minutes=1))
    for message, minutes in ((held, 9), (None, 4)):
        at = timezone.now() - timedelta(minutes=minutes)
        PieceOfNews.objects.create(ticket=held.ticket, kind="changed", verb="x", message=message, happened_at=at)

    rounds.sample()

    assert sample_of("news").waiting == 2
    assert 240 <= sample_of("news").oldest_seconds < 250


def test_planned_messages_when_one_is_late_then_its_age_is_known():
    now = timezone.now()
    for at in (now - timedelta(minutes=9), now + timedelta(days=1)):
        KeptDraft.objects.create(ticket=TicketFactory(), author=StaffFactory(), kind="reply", send_at=at)

    rounds.sample()

    late = sample_of("planned")
    assert late.waiting == 2
    assert 539 <= late.oldest_seconds <= 600


def test_broker_when_away_then_that_is_measured_and_the_rest_too(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    rounds.sample()

    assert sample_of("broker").failed == 1
    assert sample_of("celery:mail").waiting is None
    assert sample_of("raw_mail").waiting == 0


def test_round_when_a_probe_fails_then_the_others_are_kept(monkeypatch):
    def fail() -> QueueState:
        raise DatabaseError("no such column")

    broken = QueueProbe("Broken", fail, arrivals=lambda mark: Arrivals(0, 0))
    monkeypatch.setitem(queue_probes._things, "broken", broken)

    rounds.sample()

    kept = {row.series for row in latest()}
    assert "broken" not in kept
    assert "raw_mail" in kept


def test_backup_when_a_folder_is_named_then_the_age_of_its_newest_file_is_measured(settings, tmp_path):
    settings.WATCH_BACKUP_DIR = str(tmp_path)
    (tmp_path / "daily").mkdir()
    for name, hours in (("old.dump", 50), ("daily/new.dump", 7)):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - hours * 3600,) * 2)

    rounds.sample()

    assert sample_of("backup").level == pytest.approx(7, abs=0.1)


def test_backup_when_the_folder_is_not_there_then_it_failed(settings, tmp_path):
    settings.WATCH_BACKUP_DIR = str(tmp_path / "gone")

    rounds.sample()

    assert (sample_of("backup").failed, sample_of("backup").level) == (1, None)


def test_samples_when_old_then_thinned_to_quarters_of_an_hour_with_their_worst(sampled):
    old = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=10)
    ancient = old - timedelta(days=100)
    Sample.objects.bulk_create(
        [
            Sample(series="raw_mail", at=old + timedelta(minutes=at), waiting=at, came=2, went=1, level=None)
            for at in range(30)
        ]
        + [Sample(series="certificate:a", at=old + timedelta(minutes=at), level=20 - at) for at in range(2)]
        + [Sample(series="raw_mail", at=ancient, waiting=1)]
    )
    sampled("raw_mail", [1, 2, 3])

    thin()
    thin()

    rows = (
        Sample.objects.filter(span=15)
        .order_by("series", "at")
        .values_list("series", "waiting", "came", "went", "level")
    )
    assert list(rows) == [
        ("certificate:a", None, None, None, 19),
        ("raw_mail", 14, 30, 15, None),
        ("raw_mail", 29, 30, 15, None),
    ]
    assert Sample.objects.filter(span=1).count() == 3


def test_pulses_when_rung_then_each_queue_has_one_and_its_age_grows_until_it_is_heard(rung):
    rounds.go_round(beat_lives=False)
    Pulse.objects.filter(queue="notify").update(rung_at=timezone.now() - timedelta(minutes=7))
    a_minute_passes()

    rounds.go_round(beat_lives=False)

    assert rung == ["mail.pulse", "notify.pulse", "sync.pulse", "default.pulse"] * 2
    assert 420 <= sample_of("celery:notify").oldest_seconds < 440
