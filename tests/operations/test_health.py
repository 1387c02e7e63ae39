"""What monitoring sees."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.operations import health
from tests.factories import MailboxFactory, StaffFactory
from tickets.mail.enums import Protocol, Source
from tickets.mail.models import RawMail

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def test_readiness_says_what_was_examined_and_what_waits(db):
    anna = StaffFactory()
    enqueue(subject=anna, outgoing=[Outgoing(purpose=Purpose.REPLY, recipient="clara@shop.example")])
    RawMail.objects.create(source=Source.FILE, content=b"x", sha256="0" * 64, size=1)

    response = Client().get("/health/")

    document = response.json()
    assert response.status_code == 200
    assert (document["status"], document["checks"]) == ("ok", {"database": "ok", "migrations": "ok", "cache": "ok"})
    assert set(document["queues"]) >= {"outbox", "outbox_resting", "raw_mail", "mailboxes"}
    assert document["queues"]["outbox"]["waiting"] == 1
    assert document["queues"]["raw_mail"]["waiting"] == 1
    assert document["queues"]["raw_mail"]["oldest_seconds"] < 60


def test_readiness_keeps_figures_from_others(db):
    document = Client().get("/health/", **ELSEWHERE).json()

    assert set(document) == {"status", "checks"}


def test_readiness_without_the_cache_is_degraded_and_ready(db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = Client().get("/health/")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["cache"] == "away"


def test_readiness_with_missing_migrations_fails(db, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'search'")

    response = Client().get("/health/")

    assert response.status_code == 503
    assert response.json()["status"] == "failing"
    assert "not applied" in response.json()["checks"]["migrations"]


def test_readiness_without_the_database_fails_and_liveness_does_not(transactional_db, settings):
    good = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        ready, alive = Client().get("/health/"), Client().get("/health/live/")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = good

    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] == "away"
    assert alive.status_code == 200


def test_metrics_hold_queues_and_mailboxes(db):
    MailboxFactory(name='Sup"port', protocol=Protocol.IMAP, in_host="imap.example", fetch_failures=3)

    response = Client().get("/metrics")

    lines = response.content.decode().splitlines()
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'helpdesk_queue_waiting{queue="raw_mail"} 0.0' in lines
    assert 'helpdesk_mailbox_failures{mailbox="Sup\\"port"} 3.0' in lines


@pytest.mark.parametrize(
    ("request_extra", "expected"),
    [
        ({}, 200),
        (ELSEWHERE, 403),
        ({**ELSEWHERE, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 403),
        ({**ELSEWHERE, "HTTP_AUTHORIZATION": "Bearer t0ken"}, 200),
        ({**ELSEWHERE, "HTTP_AUTHORIZATION": "Bearer "}, 403),
    ],
)
def test_metrics_are_for_this_machine_and_who_has_the_token(db, settings, request_extra, expected):
    settings.METRICS_TOKEN = "t0ken"

    assert Client().get("/metrics", **request_extra).status_code == expected


def test_metrics_without_a_configured_token_open_to_no_empty_one(db, settings):
    settings.METRICS_TOKEN = ""

    for given in ("", "Bearer ", "Bearer"):
        assert Client().get("/metrics", HTTP_AUTHORIZATION=given, **ELSEWHERE).status_code == 403


def test_metrics_behind_a_known_proxy_look_at_the_forwarded_address(db, settings):
    settings.BEHIND_PROXY = True

    assert Client().get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 403
    assert Client().get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9, 127.0.0.1").status_code == 200


def test_migrations_are_complete(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
