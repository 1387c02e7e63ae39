"""Taking back what was sent, within the seconds before it goes out."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.actions import record
from helpdesk.notifications.actions.outbox import withdraw
from helpdesk.search import actions as search
from tickets.actions.drafts import give_back
from tickets.actions.locking import locked, locked_with_merged
from tickets.actions.pages import Page
from tickets.enums import FINISHED
from tickets.models import KeptDraft, Message, Participant, Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

_MOMENTS = ("active_at", "resolved_at", "closed_at", "first_response_at")
_SETTLED = ("snoozed_until", "locked_at", "archived_at")
"""What finishing or reopening cleared; as it stands where the message did neither."""


def held_until(page: Page | None) -> datetime | None:
    """Until when a message of this page may be taken back; None where it goes at once."""
    return timezone.now() + page.undo if page is not None and page.undo else None


def facts_of(
    ticket: Ticket, page: Page | None, *, kind: str, then: str = "", let_in: Collection[int] = ()
) -> dict[str, Any]:
    """The flags of a message that may be taken back: the form's fields, and how the ticket stood before it."""
    if page is None or not page.undo:
        return {}
    moments = {name: _written(getattr(ticket, name)) for name in (*_MOMENTS, *_SETTLED)}
    before = {"status": ticket.status, "snippet": ticket.snippet, "locked_by": ticket.locked_by_id, **moments}
    facts = {"kind": kind, "fields": page.fields, "before": before, "then": then, "let_in": list(let_in)}
    return {"undo": facts}


@transaction.atomic
def take_back(*, message: Message, by: "User") -> KeptDraft:
    """The message becomes its author's draft again, with its files and all that its form held, and the ticket stands
    as it stood before, like those merged into it whose people got a copy; nobody was told anything. What others did
    meanwhile stays.

    The journal gets a line. Raises NotAllowed to whoever did not write it; Refused when it has gone out.
    """
    ticket, merged = locked_with_merged(message.ticket)
    found = Message.objects.select_for_update(of=("self",)).filter(pk=message.pk).first()
    if found is not None and found.author_id != by.pk:
        raise NotAllowed(_("Only whoever wrote this can take it back."))
    is_late = found is None or found.held_until is None or found.held_until <= timezone.now()
    if found is None or is_late or "undo" not in found.flags:
        raise Refused(_("It is already gone: it can no longer be taken back."))
    files = list(found.attachments.order_by("position", "pk"))
    kept = [{"id": str(file.pk), "name": file.filename, "size": file.size} for file in files]
    found.attachments.update(message=None, position=0)
    key, text, facts = found.pk, found.text, found.flags["undo"]
    tickets = {each.pk: each for each in [ticket, *merged]}
    for copy in Message.objects.filter(pk__in=found.flags.get("copies", [])).select_related("ticket").order_by("pk"):
        _unsay(tickets.get(copy.ticket_id) or locked(copy.ticket), copy)
    _unsay(ticket, found)
    draft = give_back(
        ticket=ticket, author=by, kind=facts["kind"], text=text, fields={**facts["fields"], "files": kept}
    )
    record(verb="taken_back", subject=ticket, by=by, message=key, kind=facts["kind"])
    return draft


def _unsay(ticket: Ticket, message: Message) -> None:
    if not withdraw(subject=message):
        raise Refused(_("It is already gone: it can no longer be taken back."))
    _restore(ticket, message, message.flags["undo"])
    search.forget(subject=message)
    message.delete()


def _restore(ticket: Ticket, message: Message, facts: dict[str, Any]) -> None:
    Participant.objects.filter(ticket=ticket, user__in=facts["let_in"]).update(is_active=False)
    newer = Message.objects.filter(ticket=ticket, pk__gt=message.pk).exclude(kind="note").exists()
    if not facts["then"] or newer or ticket.status != facts["then"]:
        return
    before = facts["before"]
    ticket.status, ticket.snippet = before["status"], before["snippet"]
    names = list(_MOMENTS)
    if (before["status"] in FINISHED) != (facts["then"] in FINISHED):
        names += _SETTLED
        ticket.locked_by_id = before["locked_by"]
    for name in names:
        setattr(ticket, name, parse_datetime(before[name]) if before[name] else None)
    ticket.save(update_fields=["status", "snippet", "locked_by", *names])


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
