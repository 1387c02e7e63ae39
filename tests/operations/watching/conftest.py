"""An administrator, samples as they would have been kept, a server to tell."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from helpdesk import celery
from helpdesk.accounts.enums import Role
from helpdesk.core import bells
from helpdesk.operations.models import Sample
from tests.factories import StaffFactory
from tests.peers.web_peer import WebPeer


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """Bells by name and queue; nobody hears them: tests call the workers themselves."""
    rung = []
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))
    monkeypatch.setattr(celery.app, "send_task", lambda name, args=(), **options: rung.append(options.get("queue")))
    return rung


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def peer(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    served = WebPeer()
    yield served
    served.close()


@pytest.fixture
def sampled(db):
    """`sampled("raw_mail", [10, 400], oldest...)`: a series, its figures from the eldest to that of this minute."""

    def keep(series, figures, measure="oldest_seconds"):
        now = timezone.now().replace(second=0, microsecond=0)
        for ago, figure in enumerate(reversed(figures)):
            row = Sample.objects.get_or_create(series=series, at=now - timedelta(minutes=ago))[0]
            setattr(row, measure, figure)
            row.save()

    return keep
