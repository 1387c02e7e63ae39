"""Runs that come by themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.directory import tasks
from helpdesk.accounts.directory.enums import RunState, Scope
from helpdesk.accounts.directory.models import Directory, DirectoryPerson, SyncRun
from tests.peers.slapd import make_directory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bells(monkeypatch) -> list[int]:
    """The runs that were rung for."""
    rung: list[int] = []
    monkeypatch.setattr(tasks, "ring_now", lambda task, key: rung.append(key))
    return rung


def scopes() -> list[str]:
    return list(SyncRun.objects.order_by("pk").values_list("scope", flat=True))


def at_rest(directory: Directory, **marks: object) -> None:
    """As after a whole run a moment ago."""
    now = timezone.now()
    usual = {"approved_at": now, "read_at": now, "looked_at": now, "newest_change": "20261101000000"}
    Directory.objects.filter(pk=directory.pk).update(**(usual | marks))


LONG_AGO = timezone.now() - timedelta(days=1)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({}, []),
        ({"looked_at": LONG_AGO}, [Scope.CHANGES]),
        ({"looked_at": LONG_AGO, "read_at": LONG_AGO}, [Scope.WHOLE]),
        ({"looked_at": None, "read_at": None, "newest_change": ""}, [Scope.WHOLE]),
        ({"looked_at": LONG_AGO, "newest_change": ""}, [Scope.WHOLE]),
        ({"looked_at": LONG_AGO, "approved_at": None}, []),
        ({"looked_at": LONG_AGO, "is_active": False}, []),
    ],
)
def test_sweep_begins_what_is_due_and_nothing_before_an_administrator_has_looked(bells, marks, expected):
    at_rest(make_directory(None, uris=["ldap://localhost"]), **marks)

    tasks.sweep()

    assert scopes() == expected


@pytest.mark.parametrize(("seconds", "expected"), [(30, []), (45, [Scope.CHANGES])])
def test_sweep_begins_so_early_that_a_change_is_known_within_the_minute(bells, settings, seconds, expected):
    settings.SWEEP_SECONDS = 10
    looked_at = timezone.now() - timedelta(seconds=seconds)
    at_rest(make_directory(None, uris=["ldap://localhost"], sync_minutes=1), looked_at=looked_at)

    tasks.sweep()

    assert scopes() == expected


def test_sweep_begins_no_second_run_beside_one_and_rings_for_what_waits(bells):
    directory = make_directory(None, uris=["ldap://localhost"])
    at_rest(directory, looked_at=LONG_AGO)
    waiting = SyncRun.objects.create(directory=directory)

    tasks.sweep()

    assert (bells, scopes()) == ([waiting.pk], [Scope.WHOLE])


def test_sweep_leaves_a_run_alone_that_a_worker_has_in_hand(bells):
    directory = make_directory(None, uris=["ldap://localhost"])
    later = timezone.now() + timedelta(minutes=1)
    SyncRun.objects.create(directory=directory, state=RunState.RUNNING, lease_until=later)

    tasks.sweep()

    assert bells == []


def test_task_works_the_run_off(slapd):
    run = SyncRun.objects.create(directory=make_directory(slapd))

    tasks.work_off_run(run.pk)
    tasks.work_off_run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.attempts, DirectoryPerson.objects.count()) == (RunState.DONE, 1, 3)
