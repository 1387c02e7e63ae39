"""What the watch is told of the search."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.core.registries import QueueState, queue_probes
from helpdesk.operations.models import Sample
from helpdesk.operations.watching import rounds
from helpdesk.search.models import FileText, Rebuild
from helpdesk.search.probes import search_parts, search_state
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def a_file(name, state, **facts):
    return FileText.objects.create(name=name, content_type="text/plain", size=1, state=state, **facts)


@pytest.fixture
def behind():
    """Files in every state, and a rebuilding that has two messages before it."""
    now = timezone.now()
    a_file("waiting", "waiting", due_at=now - 2 * MINUTE)
    a_file("in hand", "reading", due_at=now - 3 * MINUTE, lease_until=now + MINUTE)
    a_file("done", "read", finished_at=now)
    a_file("not told", "read", finished_at=now, changed_at=now - 5 * MINUTE)
    a_file("slow", "slow", finished_at=now)
    a_file("long ago", "damaged", finished_at=now - timedelta(days=2))
    first, _second, _third = MessageFactory.create_batch(3)
    Rebuild.objects.create(source="messages", done_upto=first.pk)
    Rebuild.objects.create(source="a room that is not there")


def test_search_that_lags_says_how_far_and_how_long(behind):
    parts = search_parts()

    assert (parts["files"].waiting, parts["files"].failed, round(parts["files"].oldest_seconds)) == (2, 1, 180)
    assert (parts["documents"].waiting, parts["documents"].failed) == (3, 0)
    assert round(parts["documents"].oldest_seconds) == 300
    whole = search_state()
    assert (whole.waiting, whole.failed, round(whole.oldest_seconds)) == (5, 1, 300)


def test_search_that_lags_nowhere_says_so():
    assert search_state() == QueueState(0, 0, 0.0)


def test_search_is_watched_as_a_queue_with_its_parts_and_shown(behind, client):
    assert queue_probes["search"].measure().waiting == 5
    rounds.sample()

    rows = dict(Sample.objects.filter(series__startswith="search").values_list("series", "waiting"))
    assert rows == {"search": 5, "search:files": 2, "search:documents": 3}
    metrics = client.get("/metrics").content.decode()
    assert 'queue="search"' in metrics
