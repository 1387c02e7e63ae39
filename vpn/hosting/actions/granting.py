"""Entries are opened to people who don't see the whole vault."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn.hosting.actions.news import ring_for_news
from vpn.hosting.actions.reveals import sound_reason
from vpn.hosting.actions.secrets import locked
from vpn.hosting.models import Entry, Grant
from vpn.hosting.permissions import can_keep_vault

MOST_AT_ONCE = 200


@transaction.atomic
def grant(*, entry: Entry, user: User, until: datetime, reason: str, by: User) -> Grant:
    """`user` sees the entry until then; an earlier grant of it ends. They are told. Locks the entry; writes
    `vault_granted`. Raises NotAllowed, Refused."""
    ensure(can_keep_vault(by))
    entry = locked(entry, by)
    reason = sound_reason(reason)
    if user.is_customer or not user.is_active or user.can(Capability.SEE_VAULT):
        raise Refused(_("Entries are granted to staff who don't see the whole vault by their role: contractors."))
    if until <= timezone.now():
        raise Refused(_("This moment has passed: choose a later one."))
    now = timezone.now()
    Grant.objects.filter(entry=entry, user=user, ended_at__isnull=True).update(ended_at=now, ended_by=by)
    made = Grant.objects.create(entry=entry, user=user, reason=reason, granted_by=by, granted_at=now, until=until)
    record(verb="vault_granted", subject=entry, by=by, person=user.pk, until={"": until.isoformat()}, reason=reason)
    ring_for_news()
    return made


@transaction.atomic
def end_grant(*, grant: Grant, by: User) -> Grant:
    """They see the entry no more. Writes `vault_grant_ended`. Raises NotAllowed."""
    ensure(can_keep_vault(by))
    grant = Grant.objects.select_for_update(of=("self",)).select_related("entry").get(pk=grant.pk)
    if grant.ended_at is None:
        grant.ended_at, grant.ended_by = timezone.now(), by
        grant.save(update_fields=["ended_at", "ended_by"])
        record(verb="vault_grant_ended", subject=grant.entry, by=by, person=grant.user_id)
        ring_for_news()
    return grant


@transaction.atomic
def end_all_of(*, person: User) -> None:
    """Whoever leaves sees nothing of the vault any more; their requests are over too, as they can't be used."""
    found = Grant.objects.filter(user=person, ended_at__isnull=True).select_related("entry")
    for each in found.select_for_update(of=("self",)).order_by("pk"):
        each.ended_at = timezone.now()
        each.save(update_fields=["ended_at"])
        record(verb="vault_grant_ended", subject=each.entry, by=None, person=person.pk)


@transaction.atomic
def end_run_out() -> int:
    """Grants whose time is over end with it; how many. Nobody saw by them since. Writes `vault_grant_ran_out`."""
    found = Grant.objects.run_out().select_related("entry").select_for_update(of=("self",), skip_locked=True)
    ended = list(found.order_by("pk")[:MOST_AT_ONCE])
    for each in ended:
        each.ended_at = each.until
        each.save(update_fields=["ended_at"])
        record(verb="vault_grant_ran_out", subject=each.entry, by=None, person=each.user_id)
    if ended:
        ring_for_news()
    return len(ended)
