"""A bell that cannot be rung breaks nothing."""

import json
import time

import pytest
from celery import shared_task
from kombu.exceptions import OperationalError as BrokerError

from helpdesk.core import bells
from helpdesk.notifications.models import Delivery
from tests.factories import UserFactory
from tests.peers.ports import free_port
from tests.peers.processes import python

QUEUE_THREE = """
import json, time, django
django.setup()
from helpdesk.accounts.models import User
from helpdesk.notifications.notices import notify
clara = User.objects.get(email="clara@shop.example")
times = []
for _ in range(3):
    began = time.monotonic()
    notify(person=clara, subject=clara, title="Fire", text="Run.", path="/desk/")
    times.append(time.monotonic() - began)
print(json.dumps(times))
"""


@shared_task(name="tests.bell")
def bell() -> None: ...


@pytest.mark.django_db(transaction=True)
def test_what_goes_into_the_outbox_is_committed_when_the_broker_is_down():
    UserFactory(email="clara@shop.example")

    done = python("-c", QUEUE_THREE, CELERY_BROKER_URL=f"redis://127.0.0.1:{free_port()}/0")

    assert done.wait(60) == 0, done.output()
    assert Delivery.objects.count() == 3
    first, *others = json.loads(done.output().splitlines()[-1])
    assert first < 3
    assert max(others) < 0.5
    assert done.output().count("bell_not_rung") == 1


def test_an_error_that_is_not_the_brokers_is_not_hidden(monkeypatch):
    monkeypatch.setattr(bells, "_quiet_until", 0.0)

    def broken(*args):
        raise TypeError("not a broker's matter")

    monkeypatch.setattr(bell, "delay", broken)

    with pytest.raises(TypeError):
        bells.ring_now(bell)


def test_a_bell_is_rung_when_the_broker_is_back(monkeypatch):
    calls = []
    monkeypatch.setattr(bells, "_quiet_until", 0.0)

    def away(*args):
        raise BrokerError("away")

    monkeypatch.setattr(bell, "delay", away)
    assert bells.ring_now(bell) is False
    monkeypatch.setattr(bells, "_quiet_until", time.monotonic() - 1)
    monkeypatch.setattr(bell, "delay", lambda *args: calls.append(args))

    assert bells.ring_now(bell, 17) is True
    assert calls == [(17,)]
