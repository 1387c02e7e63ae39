"""The people of the vault; the shop's server is a panel."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from tests.peers.ispmanager import LOGIN, SECRET, IspManager
from tests.peers.slapd import make_authority
from vpn.hosting.actions import doors, temporary
from vpn.hosting.actions.doors import DoorDetails
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.actions.visiting import visit_next_access, visit_next_door
from vpn.hosting.models import Entry, EntryDoor, Grant, TemporaryAccess

FOUR_HOURS = timedelta(hours=4)


@pytest.fixture(scope="session")
def vouching(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("doors"))


@pytest.fixture
def place(shop, pavel):
    return Entry.objects.create(organisation=shop, kind="panel", name="Hosting panel", created_by=pavel)


@pytest.fixture
def root(place, pavel):
    return put_in(entry=place, kind="password", label="Administrator", value=SECRET, by=pavel)


@pytest.fixture
def panel(vouching, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    served = IspManager(vouching)
    yield served
    served.close()


@pytest.fixture
def details(panel, root):
    return DoorDetails("ispmanager", panel.address, LOGIN, root, panel.authority.pem)


@pytest.fixture
def door(place, details, pavel):
    """Set up by Pavel; nobody has asked it yet."""
    made = doors.add(entry=place, details=details, by=pavel)
    EntryDoor.objects.update(asked_at=None)
    return made


@pytest.fixture
def asked(door, anna):
    """Anna's access, which no worker has made yet."""
    return temporary.ask(door=door, for_whom=anna, by=anna, reason="The shop is down.", lasting=FOUR_HOURS)


@pytest.fixture
def made(asked):
    work_off()
    return fresh(asked)


def work_off():
    """Whatever is due now, as workers do."""
    count = 0
    while visit_next_access() or visit_next_door():
        count += 1
    return count


def fresh(access):
    return TemporaryAccess.objects.select_related("entry", "door", "for_whom").get(pk=access.pk)


def let_pass(access, **times):
    """As if it had been made earlier: `until` and the like, in hours from now."""
    now = timezone.now()
    values = {name: now + timedelta(hours=hours) for name, hours in times.items()}
    TemporaryAccess.objects.filter(pk=access.pk).update(created_at=now - timedelta(days=30), **values)


def grant(entry, person, by, *, hours=1.0):
    until = timezone.now() + timedelta(hours=hours)
    return Grant.objects.create(entry=entry, user=person, reason="Work", granted_by=by, until=until)


def accounts(panel):
    return set(panel.admins) - {LOGIN}
