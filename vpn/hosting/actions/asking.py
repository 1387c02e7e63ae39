"""A second person approves a reveal."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed, Refused, ensure
from helpdesk.journal.actions import record
from tickets.models import Ticket
from vpn.hosting.actions.news import ring_for_news
from vpn.hosting.actions.reveals import ensure_of, ensure_sees, sound_reason
from vpn.hosting.actions.secrets import locked
from vpn.hosting.enums import RequestState
from vpn.hosting.models import RevealRequest, Secret
from vpn.hosting.permissions import can_enter_vault, can_keep_vault

GOOD_FOR = timedelta(minutes=30)


@transaction.atomic
def ask(*, secret: Secret, by: User, reason: str, ticket: Ticket | None = None) -> RevealRequest:
    """`by` wants to see the secret; the keepers are told. One that waits already is given back. Locks the entry; writes
    `vault_reveal_asked`. Raises NotAllowed, Refused."""
    ensure(can_enter_vault(by))
    entry = locked(secret.entry, by)
    reason = sound_reason(reason)
    ensure_sees(by, ticket)
    ensure_of(entry, ticket)
    if not entry.needs_four_eyes or not Secret.objects.kept().filter(pk=secret.pk, entry=entry).exists():
        raise Refused(_("Nobody has to approve this: reload the page."))
    waiting = RevealRequest.objects.waiting().filter(secret=secret, by=by).first()
    if waiting is not None:
        return waiting
    asked = RevealRequest.objects.create(secret=secret, by=by, reason=reason, ticket=ticket)
    facts = {"ticket": ticket.pk} if ticket is not None else {}
    record(verb="vault_reveal_asked", subject=entry, by=by, secret=secret.label, reason=reason, **facts)
    ring_for_news()
    return asked


def approve(*, request: RevealRequest, by: User) -> RevealRequest:
    """Whoever asked may reveal it once within half an hour. Writes `vault_reveal_approved`. Raises NotAllowed, for
    one's own too; Refused when it was decided already."""
    return _decide(request, by, RequestState.APPROVED)


def refuse(*, request: RevealRequest, by: User) -> RevealRequest:
    """It stays sealed. Writes `vault_reveal_refused`. Raises NotAllowed, Refused."""
    return _decide(request, by, RequestState.REFUSED)


@transaction.atomic
def _decide(request: RevealRequest, by: User, state: RequestState) -> RevealRequest:
    ensure(can_keep_vault(by))
    entry = locked(request.secret.entry, by)
    request = RevealRequest.objects.select_for_update(of=("self",)).select_related("secret").get(pk=request.pk)
    if request.by_id == by.pk:
        raise NotAllowed(_("Nobody approves what they ask for themselves: a second person has to."))
    if request.state != RequestState.WAITING:
        raise Refused(_("Somebody else has decided this already."))
    now = timezone.now()
    request.state, request.decided_at, request.decided_by = state, now, by
    request.good_until = now + GOOD_FOR if state == RequestState.APPROVED else None
    request.save(update_fields=["state", "decided_at", "decided_by", "good_until"])
    verb = "vault_reveal_approved" if state == RequestState.APPROVED else "vault_reveal_refused"
    record(verb=verb, subject=entry, by=by, secret=request.secret.label, person=request.by_id)
    ring_for_news()
    return request
