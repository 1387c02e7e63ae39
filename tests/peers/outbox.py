"""Fixtures around the outbox and a scripted mail server."""

from collections.abc import Callable, Iterator

import pytest

from helpdesk.core import bells
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.pool import pool
from tests.factories import UserFactory
from tests.peers.smtp_peer import Peer, smtp_peer

Queue = Callable[..., list[Delivery]]


@pytest.fixture
def peer(settings, kept_connections) -> Iterator[Peer]:
    """The installation's mail server, as scripted by the test."""
    with smtp_peer() as running:
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        settings.OUTGOING_ANSWER_SECONDS = 1
        settings.DEFAULT_FROM_EMAIL = "Helpdesk <desk@helpdesk.example>"
        yield running


@pytest.fixture
def kept_connections(monkeypatch) -> Iterator[None]:
    """No connection outlives its test, and nobody rings: tests call the worker themselves."""
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))
    yield
    pool.close_idle(older_than=0)


@pytest.fixture
def site_mail(db) -> str:
    """A Message-ID for rows of one mail."""
    return "one-mail@helpdesk.example"


@pytest.fixture
def queue(db, kept_connections) -> Queue:
    """Queue a notice to these addresses: one mail each, or one to all of them under `message_id`."""

    def queue(*addresses: str, message_id: str = "", **fields) -> list[Delivery]:
        content = {"title": "The printer burns", "text": "It is on the second floor.", "path": "/desk/"}
        outgoing = [
            Outgoing(
                **{
                    "purpose": Purpose.NOTICE,
                    "recipient": address,
                    "message_id": message_id,
                    "content": content,
                    **fields,
                }
            )
            for address in addresses
        ]
        return enqueue(subject=UserFactory(), outgoing=outgoing)

    return queue
