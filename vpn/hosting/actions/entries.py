"""Entries of the vault are added, changed and taken out."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation, User
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.meanwhile import ensure_as_seen, mark_of
from helpdesk.journal.actions import record
from vpn.hosting.actions.secrets import locked, wipe_all
from vpn.hosting.enums import EntryKind, RequestState
from vpn.hosting.models import DropLink, Entry, Grant, RevealRequest
from vpn.hosting.permissions import can_keep_vault

LONGEST_NOTES = 10_000
_LIMITS = {"name": 200, "host": 255, "url": 1000, "login": 200, "notes": LONGEST_NOTES}
_UNTOLD = frozenset({"notes", "how_to_get_there"})
"""What the journal says has changed, without what it was: people write too much there."""


@dataclass(frozen=True, slots=True)
class EntryDetails:
    """All that keepers say of an entry."""

    kind: str
    name: str
    host: str = ""
    url: str = ""
    login: str = ""
    notes: str = ""
    how_to_get_there: str = ""
    needs_proof: bool = False
    needs_four_eyes: bool = False


@transaction.atomic
def add_entry(*, organisation: Organisation, details: EntryDetails, by: User) -> Entry:
    """A new entry of the organisation. Writes `vault_entry_added`. Raises NotAllowed, Refused."""
    ensure(can_keep_vault(by))
    if not Organisation.objects.visible_to(by).filter(pk=organisation.pk).exists():
        raise Refused(_("There is no such organisation, or it is not open to you."))
    entry = Entry.objects.create(organisation=organisation, created_by=by, **asdict(_sound(details)))
    record(verb="vault_entry_added", subject=entry, by=by, name=entry.name, organisation=organisation.pk)
    return entry


@transaction.atomic
def change_entry(*, entry: Entry, details: EntryDetails, by: User, seen: str | None = None) -> Entry:
    """The entry is as `details` say. Locks it; writes `vault_entry_changed` with what was and is.

    Raises NotAllowed; ChangedMeanwhile where it is no longer as it was `seen`; Refused.
    """
    ensure(can_keep_vault(by))
    entry = locked(entry, by)
    ensure_as_seen(seen, mark_of_entry(entry))
    before, after = asdict(details_of(entry)), asdict(_sound(details))
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return entry
    for name in changed:
        setattr(entry, name, after[name])
    entry.save(update_fields=changed)
    record(
        verb="vault_entry_changed",
        subject=entry,
        by=by,
        before={name: before[name] for name in changed if name not in _UNTOLD},
        after={name: after[name] for name in changed if name not in _UNTOLD},
        changed=changed,
    )
    return entry


@transaction.atomic
def ask_for_removal(*, entry: Entry, by: User) -> Entry:
    """A customer wants the entry gone: keepers see it. Writes `vault_removal_asked`. Asking again changes nothing."""
    ensure(by.is_customer)
    entry = locked(entry, by)
    if entry.removal_asked_at is None:
        entry.removal_asked_at, entry.removal_asked_by = timezone.now(), by
        entry.save(update_fields=["removal_asked_at", "removal_asked_by"])
        record(verb="vault_removal_asked", subject=entry, by=by)
    return entry


@transaction.atomic
def take_out(*, entry: Entry, by: User) -> Entry:
    """The entry is no longer used: its secrets are wiped, grants and links end, requests are refused. What happened to
    it stays known. Locks it; writes `vault_entry_taken_out`. Raises NotAllowed, Refused."""
    ensure(can_keep_vault(by))
    entry = locked(entry, by)
    if entry.temporary.live().exists():
        raise Refused(_("Temporary accesses are still there: end them first, or nobody would."))
    now = timezone.now()
    wiped = wipe_all(entry.secrets.all())
    Grant.objects.filter(entry=entry, ended_at__isnull=True).update(ended_at=now, ended_by=by)
    DropLink.objects.filter(entry=entry, used_at__isnull=True, taken_back_at__isnull=True).update(
        taken_back_at=now, taken_back_by=by
    )
    RevealRequest.objects.waiting().filter(secret__entry=entry).exclude(by=by).update(
        state=RequestState.REFUSED, decided_at=now, decided_by=by
    )
    entry.taken_out_at, entry.taken_out_by = now, by
    entry.notes = entry.how_to_get_there = ""
    entry.save(update_fields=["taken_out_at", "taken_out_by", "notes", "how_to_get_there"])
    record(verb="vault_entry_taken_out", subject=entry, by=by, wiped=wiped)
    return entry


def details_of(entry: Entry) -> EntryDetails:
    """What is said of it now."""
    return EntryDetails(**{name: getattr(entry, name) for name in EntryDetails.__slots__})


def mark_of_entry(entry: Entry) -> str:
    """Tells one state of its details from another."""
    return mark_of(asdict(details_of(entry)))


def _sound(details: EntryDetails) -> EntryDetails:
    said: dict[str, Any] = asdict(details)
    for name, value in said.items():
        if isinstance(value, str):
            said[name] = value.strip() if name in _UNTOLD else " ".join(value.split())
            if len(said[name]) > _LIMITS.get(name, LONGEST_NOTES) or "\0" in value:
                raise Refused(_("One of these texts is too long."))
    if said["kind"] not in EntryKind.values:
        raise Refused(_("Choose what kind of place this is."))
    if not said["name"]:
        raise Refused(_("Give the entry a name."))
    if said["url"] and not said["url"].lower().startswith(("https://", "http://")):
        raise Refused(_("The address begins with https:// or http://."))
    return EntryDetails(**said)
