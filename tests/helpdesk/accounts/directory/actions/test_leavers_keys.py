"""Whoever is disabled in the directory has no VPN key any more once it was looked at."""

import pytest
from django.conf import settings

from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.enums import Scope
from helpdesk.accounts.directory.models import Directory, DirectoryPerson
from helpdesk.accounts.enums import Role
from helpdesk.core import bells
from tests.factories import StaffFactory
from tests.helpdesk.accounts.directory.actions.test_syncing import DISABLE, edit
from tests.peers.slapd import make_directory
from tests.vpn_world import wireguard_server
from vpn.actions.issuing import issue_key
from vpn.enums import KeyState
from vpn.models import Key, Revocation

pytestmark = pytest.mark.django_db


def read(directory, scope):
    directory.refresh_from_db()
    syncing.work(key=runs.begin(directory=directory, by=None, rings=False, scope=scope).pk)


def test_person_when_they_are_disabled_in_ldap_then_a_look_for_changes_ends_their_keys(own_slapd, monkeypatch):
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))
    ada = StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)
    directory = make_directory(own_slapd)
    read(directory, Scope.WHOLE)
    paula = DirectoryPerson.objects.select_related("user").get(login="paula").user
    issue_key(person=paula, login="paula", device="phone", servers=[wireguard_server()], by=ada)
    edit(own_slapd, "paula", *DISABLE)

    read(directory, Scope.CHANGES)

    assert Key.objects.get().state == KeyState.REVOKED
    assert Revocation.objects.get().reason == "affiliationChanged"


def test_directory_when_nobody_says_otherwise_then_it_is_looked_at_every_minute():
    rung = settings.CELERY_BEAT_SCHEDULE["directory sweep"]["schedule"]

    assert Directory().sync_minutes * 60 + rung <= 70
