"""Temporary accesses: asked for, looked at once, ended."""

import json
import secrets
import string
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.models import Ticket
from vpn.hosting.actions.reveals import ensure_sees, sound_reason
from vpn.hosting.actions.secrets import locked
from vpn.hosting.connectors import Given
from vpn.hosting.enums import AccessState
from vpn.hosting.models import Entry, EntryDoor, Grant, TemporaryAccess
from vpn.hosting.permissions import can_enter_vault, can_keep_vault, can_see_vault

LONGEST = timedelta(days=7)
MOST_LIVE = 20
"""Of one entry, at the same time."""
LETTERS = string.ascii_lowercase + string.digits


@transaction.atomic
def ask(
    *, door: EntryDoor, for_whom: User, by: User, reason: str, lasting: timedelta, ticket: Ticket | None = None
) -> TemporaryAccess:
    """A worker makes an access of `for_whom`'s own behind the door, which ends after `lasting`. Locks the entry;
    writes `vault_access_asked`.

    Keepers may ask for others who see the entry; where an entry wants a second person, a keeper asks and another one
    gets it. What a contractor is given ends with their grant. Raises NotAllowed, Refused.
    """
    entry = locked(door.entry, by)
    ensure(can_enter_vault(by))
    ensure(for_whom == by or can_keep_vault(by))
    ensure_sees(by, ticket)
    if not can_enter_vault(for_whom) or not Entry.objects.visible_to(for_whom).filter(pk=entry.pk).exists():
        raise Refused(_("This entry is not open to that person: grant it first."))
    if entry.needs_four_eyes and for_whom == by:
        raise Refused(_("This entry wants a second person: have somebody who keeps the vault ask for you."))
    if not EntryDoor.objects.kept().filter(pk=door.pk, entry=entry).exists():
        raise Refused(_("This door has been removed."))
    if TemporaryAccess.objects.live().filter(entry=entry).count() >= MOST_LIVE:
        raise Refused(_("There are %(limit)s temporary accesses of this entry: end some.") % {"limit": MOST_LIVE})
    access = TemporaryAccess.objects.create(
        entry=entry,
        door=door,
        for_whom=for_whom,
        asked_by=by,
        reason=sound_reason(reason),
        ticket=ticket,
        name=_name_for(for_whom),
        until=_end(entry, for_whom, lasting),
    )
    facts = {"ticket": ticket.pk} if ticket is not None else {}
    until = access.until.isoformat(timespec="seconds")
    record(
        verb="vault_access_asked",
        subject=entry,
        by=by,
        person=for_whom.pk,
        account=access.name,
        reason=access.reason,
        until=until,
        **facts,
    )
    ring_for_accesses()
    return access


@transaction.atomic
def deliver(*, access: TemporaryAccess, by: User) -> Given:
    """What was made, to whom it was made for and to nobody else, once: from then on it is kept nowhere. Locks the
    access; writes `vault_access_shown`. Raises NotAllowed, Refused."""
    access = _locked(access)
    ensure(access.for_whom_id == by.pk, _("Only whoever the access was made for gets to see it."))
    if not Entry.objects.visible_to(by).kept().filter(pk=access.entry_id).exists():
        raise Refused(_("This entry is no longer in the vault, or no longer open to you."))
    if not access.given or access.until <= timezone.now():
        raise Refused(_("This has been shown already, or has ended: end it and ask for another one."))
    given = opened(access.given)
    access.given, access.shown_at = "", timezone.now()
    access.save(update_fields=["given", "shown_at"])
    record(verb="vault_access_shown", subject=access.entry, by=by, account=access.name)
    return given


@transaction.atomic
def end(*, access: TemporaryAccess, by: User) -> TemporaryAccess:
    """The access is removed now: by whoever has it, or a keeper. Writes `vault_access_end_asked`. Raises NotAllowed;
    one that is being removed already, or gone, stays as it is."""
    access = _locked(access)
    ensure(access.for_whom_id == by.pk or access.asked_by_id == by.pk or can_keep_vault(by))
    _begin_to_end(access, by)
    return access


def end_all_of(person: User) -> None:
    """Those of somebody whose access ends, in the caller's transaction."""
    for access in TemporaryAccess.objects.live().without_given().filter(for_whom=person).order_by("pk"):
        _begin_to_end(_locked(access), None)


@transaction.atomic
def end_lost() -> int:
    """Those whose person sees the entry no more (a grant that ended, another role), or whose entry was taken out; how
    many."""
    found = 0
    live = TemporaryAccess.objects.without_given().filter(state__in=[AccessState.WAITING, AccessState.ACTIVE])
    for access in live.select_related("for_whom").order_by("pk"):
        person = access.for_whom
        if not person.is_active or not Entry.objects.visible_to(person).kept().filter(pk=access.entry_id).exists():
            found += _begin_to_end(_locked(access), None)
    return found


def sealed(given: Given) -> str:
    """As it is kept until it is shown."""
    return json.dumps(asdict(given), ensure_ascii=False)


def opened(kept: str) -> Given:
    return Given(**json.loads(kept))


def ring_for_accesses() -> None:
    """When the caller's transaction ends: a worker makes and removes what is due."""
    from vpn.hosting.tasks import visit_accesses  # noqa: PLC0415 - the task works by this room's actions

    ring(visit_accesses)


def _begin_to_end(access: TemporaryAccess, by: User | None) -> bool:
    if access.state not in {AccessState.WAITING, AccessState.ACTIVE}:
        return False
    access.state, access.given, access.due_at, access.attempts = AccessState.ENDING, "", timezone.now(), 0
    access.end_asked_at, access.end_asked_by = timezone.now(), by
    access.save(update_fields=["state", "given", "due_at", "attempts", "end_asked_at", "end_asked_by"])
    record(verb="vault_access_end_asked", subject=access.entry, by=by, account=access.name)
    ring_for_accesses()
    return True


def _locked(access: TemporaryAccess) -> TemporaryAccess:
    return TemporaryAccess.objects.select_for_update(of=("self",)).select_related("entry").get(pk=access.pk)


def _end(entry: Entry, person: User, lasting: timedelta) -> datetime:
    if not timedelta() < lasting <= LONGEST:
        raise Refused(_("A temporary access lasts at most seven days."))
    until = timezone.now() + lasting
    if can_see_vault(person):
        return until
    return min([until, *Grant.objects.live().filter(entry=entry, user=person).values_list("until", flat=True)])


def _name_for(person: User) -> str:
    """At most 16 small letters and digits, as every panel takes them: who, and eight that nobody guesses."""
    who = "".join(each for each in (person.email or "").partition("@")[0].lower() if each in LETTERS)[:6]
    return f"hd{who}" + "".join(secrets.choice(LETTERS) for _each in range(8))
