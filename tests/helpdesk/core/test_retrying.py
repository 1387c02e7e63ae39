"""Work that is done again, and work that is not."""

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from psycopg import errors

from helpdesk.core import retrying as module
from helpdesk.core.retrying import is_transient, retrying


@pytest.fixture(autouse=True)
def steps(monkeypatch):
    """What happened between the tries: Django's look at its connections, and pauses, which take no time here."""
    taken = []
    monkeypatch.setattr(module.time, "sleep", taken.append)
    monkeypatch.setattr(module, "close_old_connections", lambda: taken.append("look"))
    return taken


def caused_by(kind, cause=None):
    error = kind("the server closed the connection\nunexpectedly")
    error.__cause__ = cause
    return error


class Work:
    """Fails with the given errors one after the other, then gives its number of tries."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.tries = 0

    def __call__(self):
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.tries


LOST = caused_by(OperationalError, psycopg.OperationalError("no route"))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (caused_by(OperationalError, errors.SerializationFailure()), True),
        (caused_by(OperationalError, errors.DeadlockDetected()), True),
        (caused_by(OperationalError, errors.LockNotAvailable()), True),
        (caused_by(OperationalError, errors.AdminShutdown()), True),
        (caused_by(OperationalError, errors.CrashShutdown()), True),
        (caused_by(OperationalError, errors.CannotConnectNow()), True),
        (caused_by(OperationalError, errors.ConnectionFailure()), True),
        (caused_by(OperationalError, psycopg.OperationalError("consuming input failed")), True),
        (caused_by(InterfaceError, psycopg.InterfaceError("the connection is closed")), True),
        (caused_by(InterfaceError), True),
        (caused_by(OperationalError, errors.DiskFull()), False),
        (caused_by(OperationalError, errors.QueryCanceled()), False),
        (caused_by(IntegrityError, errors.UniqueViolation()), False),
        (ValueError("x"), False),
    ],
    ids=lambda value: type(getattr(value, "__cause__", value)).__name__,
)
def test_error_when_the_same_work_may_succeed_then_it_is_transient(error, expected):
    assert is_transient(error) is expected


def test_work_when_it_succeeds_then_is_done_once(steps):
    assert retrying(Work()) == 1
    assert steps == []


def test_work_when_the_database_comes_back_then_is_done_again_after_a_longer_and_longer_pause(steps):
    assert retrying(Work(LOST, LOST)) == 3
    assert steps[::2] == ["look", "look"]
    assert [0.05 <= steps[1] <= 0.15, 0.1 <= steps[3] <= 0.3] == [True, True]


@pytest.mark.parametrize("times", [1, 2, 8])
def test_work_when_the_database_stays_away_then_is_given_up_with_its_error(times):
    work = Work(*[LOST] * 20)

    with pytest.raises(OperationalError):
        retrying(work, times=times)

    assert work.tries == times


@pytest.mark.parametrize(
    "error", [caused_by(OperationalError, errors.DiskFull()), IntegrityError("twice"), ValueError("x")], ids=repr
)
def test_work_when_its_fault_stays_a_fault_then_is_not_done_again(error):
    work = Work(error)

    with pytest.raises(type(error)):
        retrying(work)

    assert work.tries == 1
