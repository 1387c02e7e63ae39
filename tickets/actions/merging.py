"""Merging tickets, and undoing it exactly: a merge is a pointer, and nothing that was said moves.

What is said by mail or in the cabinet on a merged ticket stays on it, is shown on the ticket it is merged into and
wakes that one up; an answer given there is sent to each ticket's people as a message of their own ticket. So nobody
reads on their ticket what was said on another, and undoing has nothing to sort out.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.actions.locking import locked_both
from tickets.models import Merge, Participant, Ticket
from tickets.permissions import can_work_tickets, ensure_free
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic
def merge(*, source: Ticket, target: Ticket, by: "User", is_confirmed: bool = False) -> Merge:
    """From now on `source` is worked on `target` (on the one that is merged into, where it is). The same once more
    changes nothing.

    Locks both, writes one line to the journal of each. Tickets of different organisations are never merged; where
    people of different organisations, or of none, would get each other's answers, it has to be confirmed.
    Raises NotAllowed, Refused.
    """
    ensure(can_work_tickets(by))
    target = target.worked_on()
    _ensure_two(source, target, by)
    source, target = locked_both(source, target)
    if source.is_merged and source.merged_into_id == target.pk:
        return Merge.objects.get(source=source, undone_at__isnull=True)
    for ticket in (source, target):
        ensure_free(by, ticket)
    _ensure_no_chain(source, target)
    _ensure_work_stays_in_sight(source, target)
    ensure_fit(source=source, target=target)
    if not is_confirmed and is_to_confirm(source=source, target=target):
        raise Refused(_("Not everybody on these tickets is of one organisation: confirm that all may get the answers."))
    merged = Merge.objects.create(source=source, target=target, source_status=source.status, merged_by=by)
    source.merged_into = target
    target.awaits_approval += source.awaits_approval
    _save(source, target)
    _tell(source, target, by, verb="ticket_merged")
    return merged


@transaction.atomic
def unmerge(*, source: Ticket, by: "User") -> Merge:
    """`source` stands alone again, with all that was said on it before and since. What was written on the other
    ticket stays there. Undoing once more changes nothing. Raises NotAllowed, Refused."""
    ensure(can_work_tickets(by))
    last = Merge.objects.select_related("target").filter(source=source).order_by("-pk").first()
    if last is None:
        raise Refused(_("This ticket was not merged."))
    _ensure_two(source, last.target, by)
    source, target = locked_both(source, last.target)
    merged = Merge.objects.select_for_update(of=("self",)).filter(source=source, target=target).order_by("-pk")[0]
    if merged.undone_at is not None:
        return merged
    merged.undone_at, merged.undone_by = timezone.now(), by
    merged.save(update_fields=["undone_at", "undone_by"])
    source.merged_into = None
    target.awaits_approval = max(0, target.awaits_approval - source.awaits_approval)
    _save(source, target)
    _tell(source, target, by, verb="ticket_unmerged")
    return merged


def ensure_fit(*, source: Ticket, target: Ticket) -> None:
    """Raises Refused where the tickets are of two organisations: one would get what is the other's."""
    known = source.organisation_id is not None and target.organisation_id is not None
    if known and source.organisation_id != target.organisation_id:
        raise Refused(_("These tickets are of different organisations: an answer to one would reach the other."))


def is_to_confirm(*, source: Ticket, target: Ticket) -> bool:
    """Whether answers would go to several people who are not all of one organisation."""
    taking_part = Participant.objects.filter(ticket__in=[source, target], is_active=True).select_related("user")
    people = {source.requester, target.requester, *(each.user for each in taking_part)}
    organisations = {person.organisation_id for person in people}
    return len(people) > 1 and (len(organisations) > 1 or None in organisations)


def _ensure_two(source: Ticket, target: Ticket, by: "User") -> None:
    if source.pk == target.pk:
        raise Refused(_("A ticket cannot be merged into itself, nor into one that is merged into it."))
    if Ticket.objects.visible_to(by).filter(pk__in=[source.pk, target.pk]).count() < 2:
        raise Refused(_("There is no ticket with that number that you can see."))


def _ensure_no_chain(source: Ticket, target: Ticket) -> None:
    if source.is_merged:
        raise Refused(_("This ticket is merged into another one already: undo that first."))
    if target.is_merged:
        raise Refused(_("Somebody has merged that ticket meanwhile: look where it went and try again."))
    if Ticket.objects.filter(merged_into=source).exists():
        raise Refused(_("Others are merged into this ticket: undo that first, or merge the other one into this."))


def _ensure_work_stays_in_sight(source: Ticket, target: Ticket) -> None:
    if target.is_finished and not source.is_finished:
        numbers = {"target": target.number, "source": source.number}
        raise Refused(_("%(target)s is finished and %(source)s is not: reopen %(target)s first.") % numbers)


def _save(source: Ticket, target: Ticket) -> None:
    source.save(update_fields=["merged_into"])
    target.save(update_fields=["awaits_approval"])


def _tell(source: Ticket, target: Ticket, by: "User", *, verb: str) -> None:
    """`ticket_merged` is about the source, `ticket_merged_here` about the target; so for the undoing."""
    record(verb=verb, subject=source, by=by, after=target.number)
    record(verb=f"{verb}_here", subject=target, by=by, before=source.number)
    ticket_changed.send(sender=Ticket, ticket=source, change=verb)
    ticket_changed.send(sender=Ticket, ticket=target, change=f"{verb}_here")
