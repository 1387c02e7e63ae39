"""Each process is asked whether it works, and the answer is an exit code with one line."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from helpdesk.operations.alive import main
from tests.peers.ports import free_port
from tests.peers.processes import database_url
from tickets.mail.enums import Protocol
from tickets.mail.models import Mailbox


@contextmanager
def answering(says: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A port that answers one connection with these bytes; gives what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                if says.startswith(b"HTTP"):
                    asked.append(peer.recv(4096))
                peer.sendall(says)
                asked.append(peer.recv(4096))

        thread = threading.Thread(target=serve)
        thread.start()
        yield str(server.getsockname()[1]), asked
        thread.join(10)


@pytest.fixture
def on_database(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    monkeypatch.setitem(os.environ, "DATABASE_URL", database_url())


def test_web_when_it_is_ready_then_alive_and_asked_under_an_allowed_name(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", ".desk.example,127.0.0.1")

    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, asked):
        code = main(["web", port])

    request, *headers = asked[0].decode().split("\r\n")
    assert (code, request) == (0, "GET /health/ HTTP/1.1")
    assert "Host: desk.example" in headers


def test_web_when_the_database_is_away_then_not_alive(capsys):
    with answering(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") as (port, _):
        code = main(["web", port])

    assert (code, capsys.readouterr().err) == (1, "web: /health/ answers 503\n")


def test_web_when_nobody_listens_then_not_alive(capsys):
    assert main(["web", str(free_port())]) == 1

    assert capsys.readouterr().err.startswith("web: ")


def test_inlet_when_it_greets_then_alive_and_left_politely():
    with answering(b"220 desk.example ESMTP\r\n") as (port, asked):
        code = main(["smtp", port])

    assert (code, asked) == (0, [b"QUIT\r\n"])


def test_inlet_when_it_is_too_busy_then_not_alive(capsys):
    with answering(b"421 4.7.0 Too many connections\r\n") as (port, _):
        code = main(["smtp", port])

    assert code == 1
    assert "421" in capsys.readouterr().err


@pytest.mark.parametrize(("ago", "code"), [(timedelta(minutes=4), 0), (timedelta(minutes=11), 1)])
def test_beat_is_alive_while_something_was_rung_lately(on_database, ago, code):
    every = IntervalSchedule.objects.create(every=30, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name="sweep", task="sweep", interval=every, last_run_at=timezone.now() - ago)

    assert main(["beat"]) == code


def test_beat_when_it_never_rang_then_not_alive(on_database):
    assert main(["beat"]) == 1


@pytest.mark.parametrize(
    ("ago", "failures", "code"),
    [(timedelta(minutes=5), 0, 0), (timedelta(minutes=16), 0, 1), (timedelta(minutes=16), 3, 0)],
    ids=["read lately", "forgotten", "failing, which the mailbox shows"],
)
def test_fetcher_is_alive_unless_a_mailbox_is_forgotten(on_database, ago, failures, code):
    Mailbox.objects.create(
        name="Support",
        address="support@desk.example",
        protocol=Protocol.IMAP,
        in_host="mail.desk.example",
        fetched_at=timezone.now() - ago,
        fetch_failures=failures,
    )

    assert main(["fetch"]) == code


def test_worker_when_there_is_none_then_not_alive(capsys, monkeypatch):
    monkeypatch.setattr("helpdesk.operations.alive.SECONDS", 0.5)

    assert main(["worker", "nobody"]) == 1

    assert "gives no answer" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["everything"]])
def test_question_when_unknown_then_usage(arguments, capsys):
    assert main(arguments) == 2

    assert capsys.readouterr().err.startswith("usage: ")
