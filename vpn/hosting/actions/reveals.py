"""Secrets are seen and used."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.models import Ticket
from vpn.hosting.actions.news import ring_for_news
from vpn.hosting.actions.secrets import locked
from vpn.hosting.enums import RequestState, RevealKind
from vpn.hosting.models import Entry, Reveal, RevealRequest, Secret
from vpn.hosting.permissions import can_enter_vault

SHOWN_FOR = timedelta(seconds=60)
LONGEST_REASON = 500
HOUR = timedelta(hours=1)


@transaction.atomic
def reveal(
    *, secret: Secret, by: User, reason: str, ticket: Ticket | None = None, kind: str = RevealKind.SHOWN
) -> Reveal:
    """`by` may see the secret for a minute: it is read from the answer's `secret`. Uses up the approval of an entry
    that wants a second person. Locks the person, who can't so be quicker than the limit, then the entry; writes
    `vault_secret_revealed`.

    Raises NotAllowed for customers; Refused without a reason, for a secret that is not (or no longer) seen, without an
    approval where one is wanted, and for whoever has revealed VAULT_REVEALS_AN_HOUR within the hour. The keepers are
    told of whoever reaches VAULT_ALARM_AT.
    """
    by = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    ensure(can_enter_vault(by))
    entry = locked(secret.entry, by)
    reason = sound_reason(reason)
    ensure_sees(by, ticket)
    ensure_of(entry, ticket)
    lately = _ensure_not_too_many(by)
    asked = _approval(entry, secret, by)
    if lately + 1 >= settings.VAULT_ALARM_AT:
        ring_for_news()
    found = _write(entry, secret, by=by, reason=reason, ticket=ticket, kind=kind, asked=asked)
    if asked is not None:
        asked.state, asked.reveal = RequestState.USED, found
        asked.save(update_fields=["state", "reveal"])
    return found


@transaction.atomic
def use(*, secret: Secret, by: User | None, reason: str, ticket: Ticket | None = None) -> str:
    """The value, for a connector that works with it: nobody sees it. Written as "used", with `by` who asked for it, or
    None where the program does by itself what it once began. An entry that wants a second person wants none for this.
    Raises Refused as `reveal` does, save that the limit is for people."""
    ensure(by is None or can_enter_vault(by))
    entry = locked(secret.entry, by)
    ensure_sees(by, ticket)
    found = _write(entry, secret, by=by, reason=sound_reason(reason), ticket=ticket, kind=RevealKind.USED, asked=None)
    return found.secret.value


def sound_reason(reason: str) -> str:
    """As it is kept. Raises Refused for none."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(_("Say in a few words why you need it: the customer reads this."))
    return reason


def ensure_sees(by: User | None, ticket: Ticket | None) -> None:
    """Raise Refused for a ticket that `by` does not see."""
    if ticket is not None and by is not None and not Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
        raise Refused(_("There is no such ticket, or it is not open to you."))


def ensure_of(entry: Entry, ticket: Ticket | None) -> None:
    """Raise Refused for a ticket of somebody else: whoever the entry belongs to reads what it is about."""
    if ticket is not None and ticket.organisation_id != entry.organisation_id:
        raise Refused(_("This ticket is another customer's: say why without it."))


def _write(
    entry: Entry,
    secret: Secret,
    *,
    by: User | None,
    reason: str,
    ticket: Ticket | None,
    kind: str,
    asked: RevealRequest | None,
) -> Reveal:
    kept = Secret.objects.kept().filter(pk=secret.pk, entry=entry).first()
    if kept is None:
        raise Refused(_("This secret has been wiped."))
    now = timezone.now()
    approved_by = asked.decided_by if asked is not None else None
    found = Reveal.objects.create(
        entry=entry,
        secret=kept,
        by=by,
        reason=reason,
        ticket=ticket,
        kind=kind,
        at=now,
        until=now + SHOWN_FOR,
        approved_by=approved_by,
    )
    facts = {"ticket": ticket.pk} if ticket is not None else {}
    if approved_by is not None:
        facts["approved_by"] = approved_by.pk
    record(
        verb="vault_secret_used" if kind == RevealKind.USED else "vault_secret_revealed",
        subject=entry,
        by=by,
        secret=kept.label,
        reason=reason,
        **facts,
    )
    return found


def _ensure_not_too_many(by: User) -> int:
    lately = Reveal.objects.filter(by=by, at__gt=timezone.now() - HOUR).exclude(kind=RevealKind.USED).count()
    if lately >= settings.VAULT_REVEALS_AN_HOUR:
        raise Refused(
            _("You have revealed %(count)s secrets within an hour: go on later, or ask an administrator.")
            % {"count": lately}
        )
    return lately


def _approval(entry: Entry, secret: Secret, by: User) -> RevealRequest | None:
    if not entry.needs_four_eyes:
        return None
    requests = RevealRequest.objects.good().filter(secret=secret, by=by).select_related("decided_by")
    asked = requests.select_for_update(of=("self",)).order_by("pk").first()
    if asked is None:
        raise Refused(_("This entry wants a second person: ask for it first."))
    return asked
