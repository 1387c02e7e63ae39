"""Doors: how the program itself comes to an entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn.hosting.actions.secrets import locked
from vpn.hosting.connectors import connector_of
from vpn.hosting.models import Entry, EntryDoor, Secret, TemporaryAccess
from vpn.hosting.permissions import can_enter_vault, can_keep_vault
from vpn.hosting.ssh.connecting import fingerprint

MOST_DOORS = 10
LONGEST_AUTHORITY = 64 * 1024
LONGEST_OPTION = 400


@dataclass(frozen=True, slots=True)
class DoorDetails:
    """What is said of a door."""

    connector: str
    address: str
    login: str
    secret: Secret
    authority: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def add(*, entry: Entry, details: DoorDetails, by: User) -> EntryDoor:
    """The program comes in here from now on, and asks at once what there is. Locks the entry; writes
    `vault_door_added`. Raises NotAllowed, Refused."""
    entry = locked(entry, by)
    ensure(can_keep_vault(by))
    details = _sound(entry, details)
    if entry.doors.filter(removed_at__isnull=True).count() >= MOST_DOORS:
        raise Refused(_("This entry has %(limit)s doors: remove those that lead nowhere.") % {"limit": MOST_DOORS})
    door = EntryDoor.objects.create(entry=entry, created_by=by, **_columns(details))
    record(verb="vault_door_added", subject=entry, by=by, connector=details.connector, address=details.address)
    _ask(door, by)
    return door


@transaction.atomic
def change(*, door: EntryDoor, details: DoorDetails, by: User) -> EntryDoor:
    """The door is as `details` say. At another address another host key has to be confirmed. Writes
    `vault_door_changed`. Raises NotAllowed; Refused, also while accesses are there that the old address made."""
    door = _locked(door, by)
    ensure(can_keep_vault(by))
    details = _sound(door.entry, details)
    has_moved = (details.connector, details.address, details.login) != (door.connector, door.address, door.login)
    if has_moved and TemporaryAccess.objects.live().filter(door=door).exists():
        raise Refused(_("Temporary accesses are still there by the old address: end them first."))
    if details.address != door.address:
        door.host_key, door.host_key_seen = "", ""
        door.host_key_confirmed_at, door.host_key_confirmed_by = None, None
    for name, value in _columns(details).items():
        setattr(door, name, value)
    door.trouble = ""
    door.save()
    record(verb="vault_door_changed", subject=door.entry, by=by, connector=details.connector, address=details.address)
    _ask(door, by)
    return door


@transaction.atomic
def remove(*, door: EntryDoor, by: User) -> None:
    """The program comes in here no more; what it told is forgotten. Writes `vault_door_removed`. Raises NotAllowed;
    Refused as long as accesses are there that could then not be removed."""
    door = _locked(door, by)
    ensure(can_keep_vault(by))
    if TemporaryAccess.objects.live().filter(door=door).exists():
        raise Refused(_("Temporary accesses are still there: end them first, or nobody would."))
    door.removed_at, door.asked_at, door.facts, door.authority = timezone.now(), None, {}, ""
    door.save(update_fields=["removed_at", "asked_at", "facts", "authority"])
    record(verb="vault_door_removed", subject=door.entry, by=by, connector=door.connector, address=door.address)


@transaction.atomic
def confirm_host_key(*, door: EntryDoor, shown: str, by: User) -> EntryDoor:
    """`by` has compared the fingerprint `shown` with the server's own. Writes `vault_host_key_confirmed` with the
    fingerprints before and after. Raises NotAllowed; Refused when the server shows another one by now."""
    door = _locked(door, by)
    ensure(can_keep_vault(by))
    if not door.host_key_seen or fingerprint(door.host_key_seen) != shown:
        raise Refused(_("The server shows another host key by now: look at it again."))
    before = fingerprint(door.host_key) if door.host_key else ""
    door.host_key, door.host_key_seen, door.trouble = door.host_key_seen, "", ""
    door.host_key_confirmed_at, door.host_key_confirmed_by = timezone.now(), by
    door.save(update_fields=["host_key", "host_key_seen", "trouble", "host_key_confirmed_at", "host_key_confirmed_by"])
    record(verb="vault_host_key_confirmed", subject=door.entry, by=by, address=door.address, shown=shown, known=before)
    _ask(door, by)
    return door


@transaction.atomic
def ask_for_facts(*, door: EntryDoor, by: User) -> None:
    """A worker asks what there is. Writes `vault_facts_asked`, once as long as nobody has answered. Raises NotAllowed,
    Refused."""
    door = _locked(door, by)
    ensure(can_enter_vault(by))
    if door.asked_at is None:
        record(verb="vault_facts_asked", subject=door.entry, by=by, address=door.address)
        _ask(door, by)


def ask_all() -> int:
    """Every night: all doors are asked, by the program itself; how many."""
    return EntryDoor.objects.kept().filter(asked_at__isnull=True).update(asked_at=timezone.now(), asked_by=None)


def _ask(door: EntryDoor, by: User) -> None:
    from vpn.hosting.tasks import visit_doors  # noqa: PLC0415 - the task works by this room's actions

    EntryDoor.objects.filter(pk=door.pk).update(asked_at=timezone.now(), asked_by=by)
    ring(visit_doors)


def _locked(door: EntryDoor, by: User) -> EntryDoor:
    """After its entry. Raises Refused for a door that is gone."""
    entry = locked(door.entry, by)
    found = EntryDoor.objects.select_for_update(of=("self",)).filter(pk=door.pk, removed_at__isnull=True).first()
    if found is None:
        raise Refused(_("This door has been removed."))
    found.entry = entry
    return found


def _sound(entry: Entry, details: DoorDetails) -> DoorDetails:
    connector = connector_of(details.connector)
    login = details.login.strip()
    if not login.isprintable() or len(login) > 200 or not _is_pem(details.authority.strip()):
        raise Refused(_("Write the login in one line, and the authority's certificate in PEM form."))
    if not Secret.objects.kept().filter(pk=details.secret.pk, entry=entry).exists():
        raise Refused(_("Choose a secret of this entry."))
    known = {option.name for option in connector.options}
    options = {name: value.strip() for name, value in details.options.items() if name in known and value.strip()}
    if any(len(value) > LONGEST_OPTION or not value.isprintable() for value in options.values()):
        raise Refused(_("An option is one line of at most %(limit)s letters.") % {"limit": LONGEST_OPTION})
    address = connector.sound(details.address)
    return DoorDetails(details.connector, address, login, details.secret, details.authority.strip(), options)


def _is_pem(text: str) -> bool:
    return not text or (len(text) <= LONGEST_AUTHORITY and text.startswith("-----BEGIN CERTIFICATE-----"))


def _columns(details: DoorDetails) -> dict[str, Any]:
    return {name: getattr(details, name) for name in DoorDetails.__slots__}
