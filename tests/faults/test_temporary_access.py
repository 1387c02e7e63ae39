"""R21 for accesses on customers' panels: whoever dies in the middle, none is left that no row knows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from tests.factories import OrganisationFactory, StaffFactory
from tests.peers import forked
from tests.peers.ispmanager import LOGIN, SECRET, IspManager
from tests.peers.slapd import make_authority
from vpn.hosting.actions import doors, temporary
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import AccessState
from vpn.hosting.models import Entry, EntryDoor, TemporaryAccess

pytestmark = pytest.mark.django_db(transaction=True)
VISIT = "vpn.hosting.tasks.sweep_accesses"
OPENED = {"OUTGOING_ALLOWED_NETWORKS": ["127.0.0.0/8", "::1/128"]}


@pytest.fixture
def panel(kept_connections, tmp_path):
    served = IspManager(make_authority(tmp_path))
    yield served
    served.close()


@pytest.fixture
def access(panel):
    pavel = StaffFactory(role=Role.PROJECT_MANAGER)
    entry = Entry.objects.create(organisation=OrganisationFactory(), name="Panel", created_by=pavel)
    root = put_in(entry=entry, kind="password", label="root", value=SECRET, by=pavel)
    details = doors.DoorDetails("ispmanager", panel.address, LOGIN, root, panel.authority.pem)
    door = doors.add(entry=entry, details=details, by=pavel)
    EntryDoor.objects.update(asked_at=None)
    return temporary.ask(door=door, for_whom=pavel, by=pavel, reason="Work", lasting=timedelta(hours=1))


def accounts(panel):
    return set(panel.admins) - {LOGIN}


def forget_the_lease():
    TemporaryAccess.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_r21_access_when_its_worker_is_killed_after_making_is_made_anew_under_its_name(panel, access):
    assert forked.run(VISIT, crash_at="access_made", **OPENED) == -9
    lost = panel.admins[access.name]["passwd"]
    in_hand = TemporaryAccess.objects.get()
    forget_the_lease()

    assert forked.run(VISIT, **OPENED) == 0

    made = TemporaryAccess.objects.get()
    assert (in_hand.state, made.state, accounts(panel)) == (AccessState.WAITING, AccessState.ACTIVE, {access.name})
    assert panel.admins[access.name]["passwd"] == temporary.opened(made.given).secret != lost


def test_r21_access_when_its_worker_is_killed_after_removing_ends_all_the_same(panel, access):
    assert forked.run(VISIT, **OPENED) == 0
    temporary.end(access=access, by=access.for_whom)

    assert forked.run(VISIT, crash_at="access_removed", **OPENED) == -9
    gone = accounts(panel)
    forget_the_lease()
    assert forked.run(VISIT, **OPENED) == 0

    assert (gone, TemporaryAccess.objects.get().state) == (set(), AccessState.ENDED)
