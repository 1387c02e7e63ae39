"""Five thousand people of a directory, as the benchmark makes them: in a few statements, and killed in the middle."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.enums import Deed, RunState
from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.models import ContactPoint, Team, User
from helpdesk.operations.bench.directory import people, prepare
from helpdesk.operations.bench.openldap import OpenLdap
from tests.peers.processes import manage
from tests.peers.slapd import start_slapd  # noqa: F401 - a fixture

COUNT = 5000
pytestmark = [pytest.mark.slapd, pytest.mark.slow]


def read(directory) -> tuple[SyncRun, int]:
    """A whole run, and how many statements it took."""
    with CaptureQueriesContext(connection) as captured:
        run = syncing.work(key=runs.begin(directory=directory, by=None, rings=False).pk)
    return run, len(captured)


@pytest.mark.django_db
def test_five_thousand_people_are_read_in_a_few_statements(start_slapd):  # noqa: F811
    directory = prepare(start_slapd(people(COUNT)))

    first, written = read(directory)
    second, compared = read(directory)

    assert (first.counts, second.counts) == ({Deed.ADDED: COUNT}, {Deed.SAME: COUNT})
    assert (User.objects.count(), ContactPoint.objects.count()) == (COUNT, 2 * COUNT)
    assert Team.objects.get().members.count() == COUNT // 2
    assert written < COUNT / 10
    assert compared < 60


@pytest.mark.django_db(transaction=True)
def test_run_that_is_killed_between_two_batches_is_brought_to_its_end_by_the_next(start_slapd):  # noqa: F811
    server: OpenLdap = start_slapd(people(600))
    directory = prepare(server)

    killed = manage("sync_directory", "Corp", CRASH_AT="directory_batch")

    part = DirectoryPerson.objects.count()
    assert killed.poll() != 0
    assert 0 < part < 600
    SyncRun.objects.update(lease_until="2026-01-01T00:00:00Z")
    done = syncing.work(key=directory.runs.get().pk)
    assert (done.state, done.counts) == (RunState.DONE, {Deed.SAME: part, Deed.ADDED: 600 - part})
    assert (User.objects.count(), DirectoryPerson.objects.count()) == (600, 600)
