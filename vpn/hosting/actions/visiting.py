"""Workers' visits: what is due is claimed under a lease, done outside of every transaction, and written down.

An access that a worker died over is removed by its name and made once more, so that none is there that no row knows.
"""

from datetime import timedelta
from functools import partial

import structlog
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.crash import crash_point
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.outgoing import AddressForbidden
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.models import Ticket
from vpn.hosting.actions import reveals
from vpn.hosting.actions.news import ring_for_news
from vpn.hosting.actions.temporary import sealed
from vpn.hosting.connectors import Connector, Door, Given, HostKeyUnknown, Wanted, connector_of
from vpn.hosting.connectors.asking import Unwanted
from vpn.hosting.enums import AccessState
from vpn.hosting.models import EntryDoor, TemporaryAccess
from vpn.hosting.queries.facts import as_kept

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=5)
"""Longer than any visit: thirty sites are asked for their certificates, for four seconds each."""
DELAYS = tuple(timedelta(seconds=each) for each in (10, 60, 300, 900, 1800))
"""Before an access is tried to be removed once more; from the last one on always that."""
MOST_ATTEMPTS = 3
"""To make an access."""
WRITTEN = "en"
"""What is written down of a visit is told in the reader's language (`helpdesk.core.retelling`)."""
ALARM_AFTER = timedelta(minutes=15)
CERTAIN = (Unwanted, AddressForbidden, HostKeyUnknown, NotAllowed)
"""Refusals after which nothing can have been made."""


def visit_next_access() -> bool:
    """Make or remove what is due longest; False when nothing is. Nothing is raised for the other side's fault."""
    access = retrying(claim_access, times=PATIENT)
    if access is None:
        return False
    if access.state == AccessState.WAITING:
        _make(access)
    else:
        _remove(access)
    return True


def visit_next_door() -> bool:
    """Ask the door whose facts were asked for longest ago; False when there is none."""
    door = retrying(claim_door, times=PATIENT)
    if door is None:
        return False
    with translation.override(WRITTEN):
        try:
            connector, there = _way_in(door, by=door.asked_by, reason=_("Sites, disk and certificates are looked at."))
            about = connector.check(there)
            facts = as_kept(connector.sites(there), connector.disk(there), connector.certificates(there))
        except Refused as refusal:
            retrying(partial(write_trouble, door=door, refusal=refusal), times=PATIENT)
        else:
            retrying(partial(write_facts, door=door, about=about, facts=facts), times=PATIENT)
    return True


@transaction.atomic(durable=True)
def claim_access() -> TemporaryAccess | None:
    """What is due longest, leased to this worker. One whose time is over is to be removed from now on."""
    due = TemporaryAccess.objects.due().select_related("door__entry", "door__secret", "for_whom", "asked_by", "ticket")
    access = due.select_for_update(of=("self",), skip_locked=True).first()
    if access is None:
        return None
    if access.state == AccessState.ACTIVE or (access.state == AccessState.WAITING and access.until <= timezone.now()):
        access.state, access.given, access.attempts, access.due_at = AccessState.ENDING, "", 0, timezone.now()
    access.attempts, access.lease_until = access.attempts + 1, timezone.now() + LEASE
    access.save(update_fields=["state", "given", "attempts", "due_at", "lease_until"])
    return access


@transaction.atomic(durable=True)
def claim_door() -> EntryDoor | None:
    due = EntryDoor.objects.due().select_related("entry", "secret", "asked_by")
    door = due.select_for_update(of=("self",), skip_locked=True).first()
    if door is not None:
        door.lease_until = timezone.now() + LEASE
        door.save(update_fields=["lease_until"])
    return door


@transaction.atomic
def write_made(*, access: TemporaryAccess, given: Given) -> None:
    """It is there, and waits to be looked at; or is removed at once where its end was asked for meanwhile."""
    found = _locked(access)
    found.lease_until, found.made_at, found.login, found.trouble = None, timezone.now(), given.login[:200], ""
    if found.state == AccessState.WAITING:
        found.state, found.given = AccessState.ACTIVE, sealed(given)
        record(verb="vault_access_made", subject=found.entry, by=None, account=found.name, person=found.for_whom_id)
    found.save(update_fields=["lease_until", "made_at", "login", "trouble", "state", "given"])


@transaction.atomic
def write_not_made(*, access: TemporaryAccess, refusal: Refused) -> None:
    """It failed where that is certain; else whatever may be there is removed."""
    found = _locked(access)
    found.lease_until, found.trouble = None, str(refusal)[:500]
    if found.state == AccessState.WAITING and isinstance(refusal, CERTAIN):
        found.state, found.ended_at = AccessState.FAILED, timezone.now()
        record(verb="vault_access_failed", subject=found.entry, by=None, account=found.name, reason=found.trouble)
    elif found.state == AccessState.WAITING:
        found.state, found.attempts, found.due_at = AccessState.ENDING, 0, timezone.now()
    found.save(update_fields=["lease_until", "trouble", "state", "ended_at", "attempts", "due_at"])
    _keep_host_key(access.door, refusal)


@transaction.atomic
def write_removed(*, access: TemporaryAccess) -> None:
    """Nothing of it is left over there."""
    found = _locked(access)
    was_made = found.made_at is not None
    found.state, found.ended_at, found.lease_until = (
        AccessState.ENDED if was_made else AccessState.FAILED,
        timezone.now(),
        None,
    )
    if was_made:
        found.trouble = ""
    found.save(update_fields=["state", "ended_at", "lease_until", "trouble"])
    verb = "vault_access_ended" if was_made else "vault_access_failed"
    record(verb=verb, subject=found.entry, by=None, account=found.name, reason=found.trouble)
    ring_for_news()


@transaction.atomic
def write_not_removed(*, access: TemporaryAccess, refusal: Refused) -> None:
    """It is tried again; after ALARM_AFTER somebody has to look."""
    found = _locked(access)
    found.lease_until, found.trouble = None, str(refusal)[:500]
    found.due_at = timezone.now() + DELAYS[min(found.attempts, len(DELAYS)) - 1]
    since = found.end_asked_at or found.until
    log.warning("temporary_access_not_removed", access=found.pk, attempts=found.attempts)
    if found.told_at is None and timezone.now() - min(since, found.until) >= ALARM_AFTER:
        found.told_at = timezone.now()
        log.error("temporary_access_left_behind", access=found.pk, entry=found.entry_id, attempts=found.attempts)
        for person in {found.asked_by, found.door.created_by}:
            _tell(person, found)
    found.save(update_fields=["lease_until", "trouble", "due_at", "told_at"])
    _keep_host_key(access.door, refusal)


@transaction.atomic
def write_facts(*, door: EntryDoor, about: str, facts: dict[str, object]) -> None:
    now = timezone.now()
    EntryDoor.objects.filter(pk=door.pk).update(
        asked_at=None, lease_until=None, answered_at=now, about=about[:200], facts=facts, trouble=""
    )


@transaction.atomic
def write_trouble(*, door: EntryDoor, refusal: Refused) -> None:
    """What was known before stays, with its age."""
    EntryDoor.objects.filter(pk=door.pk).update(asked_at=None, lease_until=None, trouble=str(refusal)[:500])
    _keep_host_key(door, refusal)


def _make(access: TemporaryAccess) -> None:
    wanted = Wanted(access.name, str(access.for_whom), access.for_whom.email or "", access.until)
    with translation.override(WRITTEN):
        try:
            if access.attempts > MOST_ATTEMPTS:
                raise Refused(_("The making broke off several times: the cause is in the log."))
            connector, there = _way_in(access.door, by=access.asked_by, reason=access.reason, ticket=access.ticket)
            if access.attempts > 1:
                connector.remove_access(there, access.name)
            given = connector.make_access(there, wanted)
        except Refused as refusal:
            retrying(partial(write_not_made, access=access, refusal=refusal), times=PATIENT)
            return
        crash_point("access_made")
        retrying(partial(write_made, access=access, given=given), times=PATIENT)


def _remove(access: TemporaryAccess) -> None:
    with translation.override(WRITTEN):
        try:
            connector, there = _way_in(access.door, by=None, reason=_("A temporary access is removed."))
            connector.remove_access(there, access.name)
        except Refused as refusal:
            retrying(partial(write_not_removed, access=access, refusal=refusal), times=PATIENT)
            return
        crash_point("access_removed")
        retrying(partial(write_removed, access=access), times=PATIENT)


def _way_in(door: EntryDoor, *, by: User | None, reason: str, ticket: Ticket | None = None) -> tuple[Connector, Door]:
    """The connector and what it needs, the secret among it, which is written down as used. Raises Refused."""
    secret = reveals.use(secret=door.secret, by=by, reason=reason, ticket=ticket)
    there = Door(door.address, door.login, secret, door.authority, door.host_key, door.options)
    return connector_of(door.connector), there


def _keep_host_key(door: EntryDoor, refusal: Refused) -> None:
    """A key that nobody has confirmed, for a person to look at."""
    if isinstance(refusal, HostKeyUnknown):
        EntryDoor.objects.filter(pk=door.pk).update(host_key_seen=refusal.key[:4000], trouble=str(refusal)[:500])
        if door.host_key:
            log.error("host_key_changed", door=door.pk, entry=door.entry_id)


def _locked(access: TemporaryAccess) -> TemporaryAccess:
    found = TemporaryAccess.objects.select_for_update(of=("self",))
    return found.select_related("entry", "asked_by", "door__created_by").get(pk=access.pk)


def _tell(person: User, access: TemporaryAccess) -> None:
    with translation.override(person.language or None):
        notify(
            person=person,
            subject=access,
            title=_("A temporary access could not be removed: %(name)s") % {"name": access.entry.name},
            text=_("The account %(account)s may still be there. What came back last: %(answer)s")
            % {"account": access.name, "answer": access.why_not},
            path=f"/desk/access/{access.entry_id}/",
        )
