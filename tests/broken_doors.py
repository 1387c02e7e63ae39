"""Rows of doors and temporary accesses that the database refuses to take, by the names of their constraints."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import OrganisationFactory, StaffFactory
from vpn.hosting.models import Entry, EntryDoor, Secret, TemporaryAccess


def a_door(**said):
    anna = StaffFactory()
    entry = Entry.objects.create(organisation=OrganisationFactory(), name="Panel", created_by=anna)
    secret = Secret.objects.create(entry=entry, label="root", value="x", source="desk")
    usual = {"connector": "plesk", "address": "https://panel.example:8443", "created_by": anna}
    return EntryDoor.objects.create(entry=entry, secret=secret, **(usual | said))


def an_access(**said):
    door = a_door()
    until = timezone.now() + timedelta(hours=1)
    people = {"for_whom": door.created_by, "asked_by": door.created_by}
    usual = {"entry": door.entry, "door": door, "reason": "Work", "name": f"hd{door.pk}", "until": until}
    return TemporaryAccess.objects.create(**(people | usual | said))


def _ended_at_no_moment():
    an_access(end_asked_by=StaffFactory(), end_asked_at=None)


BROKEN_DOORS = {
    "vault_door_leads_somewhere": lambda: a_door(address=""),
    "vault_door_host_key_confirmed_by_somebody": lambda: a_door(host_key="ssh-ed25519 AAAA"),
    "vault_temporary_for_a_reason": lambda: an_access(reason=""),
    "vault_temporary_ends_after_it_began": lambda: an_access(until=timezone.now() - timedelta(hours=1)),
    "vault_temporary_ends_once": lambda: an_access(state="ended"),
    "vault_temporary_given_until_shown": lambda: an_access(state="active", given="{}", shown_at=timezone.now()),
    "vault_temporary_end_asked_at_a_moment": _ended_at_no_moment,
}
