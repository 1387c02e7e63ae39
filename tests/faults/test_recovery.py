"""How soon work goes on: what the dead left is taken up by whoever starts, and nobody gives up for a short absence."""

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Timer

import psycopg
import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from helpdesk.notifications.models import Delivery
from tests.factories import MailboxFactory
from tests.faults.test_processing import store
from tests.faults.test_sending import send
from tests.faults.test_servers import answer_to, worker
from tests.peers.house import blocked_backends
from tests.peers.processes import Running, database_url, eventually, running
from tests.peers.smtp_peer import Peer
from tests.tickets.mail.conftest import mail
from tickets.mail.actions import claiming, processing
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
AWAY_SECONDS = 3
DOOMED = "doomed-worker"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator["redis.Redis"]:
    """Where the workers of this test listen, and nobody else rings: another database of the same server."""
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        if name in os.environ:
            monkeypatch.setenv(name, re.sub(r"\d+$", lambda found: str((int(found[0]) + 8) % 16), os.environ[name]))
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()
        yield client


def celery_worker(queue: str, **environment: str) -> AbstractContextManager[Running]:
    """The worker that `up` runs, on its own: no beat rings, and nobody rang."""
    code = f"from helpdesk.operations.up.workers import work; work({queue!r}, queues=[{queue!r}], threads=0)"
    return running("shell", "--verbosity", "0", "-c", code, **environment)


def taken_by_the_dead(raw: RawMail) -> None:
    """In the hands of a worker that died, whose lease is over."""
    past = timezone.now() - timedelta(seconds=1)
    RawMail.objects.filter(pk=raw.pk).update(state=RawMailState.PROCESSING, lease_until=past, attempts=1)


def recipients(peer: Peer) -> list[str]:
    return sorted(address for received in peer.mails for address in received.recipients)


def processed() -> int:
    return RawMail.objects.filter(state=RawMailState.PROCESSED).count()


def test_mail_worker_when_it_starts_then_it_takes_up_what_waits_and_what_a_dead_one_left_without_being_rung_for(
    broker,
):
    MailboxFactory()
    store(mail(body="Nobody rang for this."))
    taken_by_the_dead(store(mail(body="Its worker died.")))

    with celery_worker("mail"):
        eventually(lambda: processed() == 2, seconds=90)


def test_notify_worker_when_it_starts_then_it_sends_what_waits_and_what_a_dead_one_left_without_being_rung_for(
    broker, peer, queue
):
    queue("clara@shop.example")
    [left] = queue("sergei@stranger.example")
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(pk=left.pk).update(state="sending", lease_until=past, attempts=1)

    with celery_worker("notify", EMAIL_URL=f"smtp://127.0.0.1:{peer.port}"):
        eventually(lambda: len(peer.mails) == 2, seconds=90)

    assert recipients(peer) == ["clara@shop.example", "sergei@stranger.example"]


def test_mail_worker_when_the_broker_hung_up_on_it_then_it_comes_back_and_takes_up_what_nobody_rang_for(broker):
    MailboxFactory()
    store(mail(body="First."))
    with celery_worker("mail"):
        eventually(lambda: processed() == 1, seconds=90)
        store(mail(body="Second."))

        hang_up_on_everybody(broker)
        eventually(lambda: processed() == 2, seconds=90)


def hang_up_on_everybody(broker: "redis.Redis") -> None:
    """Whoever uses the broker's database of this test loses the connection."""
    own = str(broker.connection_pool.connection_kwargs.get("db", 0))
    mine = broker.client_id()
    ended = [broker.client_kill_filter(_id=each["id"]) for each in broker.client_list() if is_of(each, own, mine)]
    assert ended


def is_of(client: dict[str, str], database: str, but: int) -> bool:
    return client["db"] == database and int(client["id"]) != but


def take_database_away(name: str, *, of: tuple[str, ...] = (DOOMED,)) -> Timer:
    """Ends the sessions under these names; for the next seconds nobody gets a new one: a restart as a worker sees it.
    Join what is returned."""
    with psycopg.connect(database_url(), dbname="postgres", autocommit=True) as other:
        other.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        ended = other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND application_name = ANY(%s)",
            [name, list(of)],
        )
        assert ended.fetchall()
    coming_back = Timer(AWAY_SECONDS, bring_database_back, [name])
    coming_back.start()
    return coming_back


def bring_database_back(name: str) -> None:
    with psycopg.connect(database_url(), dbname="postgres", autocommit=True) as other:
        other.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))


@pytest.fixture
def database_name(transactional_db) -> Iterator[str]:
    """Of this test's database, which takes connections again when the test is over."""
    name = connection.settings_dict["NAME"]
    yield name
    bring_database_back(name)


def test_r05_mail_worker_when_the_database_is_away_for_seconds_then_it_goes_on_with_what_it_had_in_hand(
    deliver, database_name
):
    deliver(mail(sender="Clara <first@shop.example>", subject="first", body="first"))
    ticket = Ticket.objects.get()
    store(answer_to(ticket, word="and now"))
    store(mail(subject="new", body="another"))

    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        process = worker(HELPDESK_PROCESS=DOOMED)
        eventually(blocked_backends, seconds=90)
        coming_back = take_database_away(database_name)
    output = process.communicate(timeout=120)[0]
    coming_back.join()

    assert process.returncode == 0, output
    assert "batch_failed" in output
    assert sorted(Message.objects.values_list("text", flat=True)) == ["and now", "another", "first"]
    assert set(RawMail.objects.values_list("state", flat=True)) == {RawMailState.PROCESSED}


def test_r05_sender_when_the_database_is_away_before_the_data_then_it_waits_and_each_mail_goes_out_once(
    peer, queue, database_name
):
    queue("clara@shop.example", "sergei@stranger.example")
    absences = []
    peer.before_the_data = lambda: absences or absences.append(take_database_away(database_name))

    code = send(peer, application_name=DOOMED)
    absences[0].join()

    assert (code, len(absences)) == (0, 1)
    assert list(Delivery.objects.values_list("state", "attempts")) == [("sent", 1), ("sent", 1)]
    assert recipients(peer) == ["clara@shop.example", "sergei@stranger.example"]


def test_lease_when_reading_takes_long_then_it_is_renewed_meanwhile(settings):
    settings.MAIL_LEASE_SECONDS = 1
    store(mail())
    [raw] = claiming.claim(limit=1)
    first = RawMail.objects.get(pk=raw.pk).lease_until

    with ThreadPoolExecutor(1) as reader:
        batch = processing.Batch([raw], reader.submit(lambda: time.sleep(1.5) or []))
        outcomes = processing._outcomes(batch)

    assert outcomes == []
    assert RawMail.objects.get(pk=raw.pk).lease_until > first + timedelta(seconds=0.9)
