"""What the watch sees of temporary accesses."""

import pytest
from django.utils import timezone

from tests.vpn.hosting.doors.conftest import let_pass
from vpn.hosting.models import TemporaryAccess
from vpn.hosting.probes import accesses_state

pytestmark = pytest.mark.django_db


def test_nothing_waits_when_everything_is_made(made):
    state = accesses_state()

    assert (state.waiting, state.failed, state.oldest_seconds) == (0, 0, 0.0)


def test_what_is_past_its_end_waits_since_then(made):
    let_pass(made, until=-2)
    TemporaryAccess.objects.update(told_at=timezone.now())

    state = accesses_state()

    assert (state.waiting, state.failed) == (1, 1)
    assert 7190 < state.oldest_seconds < 7300
