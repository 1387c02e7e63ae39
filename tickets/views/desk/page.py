"""The ticket page as a whole: what it reads, and how a write on it is answered."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import render, see_other, wants_fragment
from helpdesk.core.retrying import retrying
from tickets.enums import Priority
from tickets.forms.composer import COMPOSERS, ComposerForm
from tickets.forms.criteria import PRIORITY_WORDS
from tickets.models import Message, Ticket
from tickets.permissions import can_note, can_work, can_work_tickets
from tickets.queries.ticket_page import participants_of, teams_of, ticket_for
from tickets.views.desk.composer import composer
from tickets.views.desk.conversation import Seen, conversation
from tickets.views.desk.frame import frame
from tickets.views.desk.messages import spoken
from tickets.views.desk.side import linked, seen_by, side


def load(request: StaffRequest, number: int) -> Ticket:
    """The ticket, if this person may know of it; else 404."""
    found = ticket_for(request.user, number=number)
    if found is None:
        raise Http404
    return found


def load_message(request: StaffRequest, pk: int) -> Message:
    """The message with its ticket, if this person may know of it; else 404."""
    found = Message.objects.visible_to(request.user).select_related("ticket", "author")
    return get_object_or_404(found, pk=pk)


def show(
    request: StaffRequest,
    ticket: Ticket,
    *,
    form: ComposerForm | None = None,
    refusal: str = "",
    before: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The page; a refused composer keeps its text, a refusal of anything else is said on top."""
    context = _context(request, ticket, form=form, before=before) | {"refusal": refusal}
    return render(request, "tickets/desk/ticket.html", context, status=status)


def act(
    request: StaffRequest,
    ticket: Ticket,
    action: Callable[[], object],
    *,
    form: ComposerForm | None = None,
    changed: Message | None = None,
    moves: bool = False,
) -> HttpResponse:
    """Do one thing to the ticket and answer: htmx gets what changed, others a 303 back to the page.

    One that loses a race or its connection is done again from its start, a few times. A refusal is 422 and keeps what
    was typed; what the person may not do is 403. `changed` is a message that looks
    otherwise afterwards; with `moves` the conversation itself is another one, and the page is loaded anew.
    """
    try:
        retrying(action)
    except NotAllowed as refusal:
        return refuse(request, ticket, str(refusal), form=form, status=403)
    except Refused as refusal:
        stands = ticket_for(request.user, number=ticket.number) or ticket
        return refuse(request, stands, str(refusal), form=form)
    seen = Seen.read(request.POST.get("seen", ""))
    if not wants_fragment(request) or seen is None or moves:
        return see_other(request, reverse("desk:ticket", args=[ticket.number]))
    current = ticket_for(request.user, number=ticket.number)
    if current is None:
        return see_other(request, reverse("desk:tickets"))
    return _changes(request, current, seen=seen, kind=form.kind if form else "", changed=changed)


def refuse(
    request: StaffRequest, ticket: Ticket, text: str, *, form: ComposerForm | None = None, status: int = 422
) -> HttpResponse:
    """Say why not. To htmx: the composer with its text, or the side with the sentence on top."""
    if form is not None and text:
        form.add_error(None, text)
    if not wants_fragment(request):
        return show(request, ticket, form=form, refusal="" if form else text, status=status)
    context = _context(request, ticket, form=form) | {"refusal": text}
    part = "_composer.html" if form is not None else "_side.html"
    # A refusal that htmx is to show has to be 422; the rights themselves were asked by the action.
    return render(request, f"tickets/desk/{part}", context, status=422)


def _changes(request: StaffRequest, ticket: Ticket, *, seen: Seen, kind: str, changed: Message | None) -> HttpResponse:
    context = _context(request, ticket, form=COMPOSERS[kind]() if kind else None, after=seen)
    context |= {"refusal": "", "composed": kind, "changed": None}
    if changed is not None:
        fresh = Message.objects.for_conversation().get(pk=changed.pk)
        context["changed"] = spoken(fresh, [], list(fresh.attachments.all()))
    return render(request, "tickets/desk/_changes.html", context)


def _context(
    request: StaffRequest,
    ticket: Ticket,
    *,
    form: ComposerForm | None = None,
    before: int = 0,
    after: Seen | None = None,
) -> dict[str, Any]:
    user = request.user
    teams = teams_of(user)
    said = conversation(ticket, user=user, teams=teams, before=before, after=after)
    participants = participants_of(ticket)
    works = can_work(user, ticket)
    form = form or COMPOSERS["reply" if works else "note"]()
    return {
        "ticket": ticket,
        "items": said.items,
        "earlier": said.earlier,
        "is_partial": bool(before),
        "seen": said.seen,
        "can_work": works,
        "can_note": can_note(user, ticket) and (form.is_bound or not ticket.is_merged),
        "can_unmerge": can_work_tickets(user),
        "went_to": linked(seen_by(ticket.merged_into, user)),
        "head": _head(ticket, can_be_taken=works and ticket.assignee_id != user.pk),
        **composer(ticket, form, participants, user=user, works=works),
        **side(ticket, user, teams, said.people, participants),
        **_frame(request),
    }


def _head(ticket: Ticket, *, can_be_taken: bool) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "is_pressing": ticket.priority > Priority.NORMAL,
        "priority": PRIORITY_WORDS[ticket.priority],
        "tags": ticket.tags,
        "awaits_approval": ticket.awaits_approval > 0,
        "can_be_taken": can_be_taken,
    }


def _frame(request: StaffRequest) -> dict[str, Any]:
    """Nobody sees the rail of a fragment, so nobody counts for it."""
    return {} if wants_fragment(request) else frame(request.user)
