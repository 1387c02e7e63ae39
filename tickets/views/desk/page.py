"""The ticket page as a whole: what it reads, and how a write on it is answered."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.errors import NotAllowed, Refused, ToConfirm
from helpdesk.core.http import render, see_other, wants_fragment
from helpdesk.core.retrying import retrying
from tickets import presence
from tickets.actions.pages import AnsweredMeanwhile
from tickets.actions.participation import OtherOrganisation
from tickets.forms.composer import ComposerForm
from tickets.models import Message, Ticket
from tickets.permissions import can_note, can_work, can_work_tickets
from tickets.queries.ticket_page import drafts_of, everybody_of, numbers_seen, teams_of, ticket_for
from tickets.screens import CHANNEL
from tickets.views.desk.composer import blank, composer, planned
from tickets.views.desk.conversation import Seen, conversation
from tickets.views.desk.frame import frame
from tickets.views.desk.head import head, standing
from tickets.views.desk.messages import origins_of, spoken_to
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
    asks: dict[str, str] | None = None,
    to_confirm: str = "",
    before: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The page; a refused composer keeps its text, a refusal of anything else is said on top. `asks` is what the side
    asks back: see `refuse`. `to_confirm` is the status to which it may be set all the same."""
    context = _context(request, ticket, form=form, before=before)
    context |= {"refusal": refusal, "asks": asks, "to_confirm": to_confirm}
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
    except OtherOrganisation as refusal:
        asks = {"text": str(refusal), "email": request.POST.get("email", ""), "url": request.path}
        return refuse(request, ticket, "", asks=asks)
    except AnsweredMeanwhile as refusal:
        return _show_first(request, ticket, str(refusal), form=form)
    except Refused as refusal:
        stands = ticket_for(request.user, number=ticket.number) or ticket
        return refuse(request, stands, str(refusal), form=form, is_to_confirm=isinstance(refusal, ToConfirm))
    return answer(request, ticket, form=form, changed=changed, moves=moves)


def answer(
    request: StaffRequest,
    ticket: Ticket,
    *,
    form: ComposerForm | None = None,
    changed: Message | None = None,
    moves: bool = False,
) -> HttpResponse:
    """After a write that is done: to htmx what changed, to others a 303 back to the page."""
    if form is not None:
        presence.tell(ticket=ticket, by=request.user, kind=form.kind, is_writing=False)
    seen = Seen.read(request.POST.get("seen", ""))
    if not wants_fragment(request) or seen is None or moves:
        return see_other(request, reverse("desk:ticket", args=[ticket.number]))
    current = ticket_for(request.user, number=ticket.number)
    if current is None:
        return see_other(request, reverse("desk:tickets"))
    return _changes(request, current, seen=seen, kind=form.kind if form else "", changed=changed)


def refuse(
    request: StaffRequest,
    ticket: Ticket,
    text: str,
    *,
    form: ComposerForm | None = None,
    asks: dict[str, str] | None = None,
    status: int = 422,
    is_to_confirm: bool = False,
) -> HttpResponse:
    """Say why not, and how to confirm where that helps. To htmx: the composer with its text, or the side with the
    sentence on top. With `asks` the side asks whether it is meant: `text`, and where the form with `email` goes if it
    is (`url`)."""
    if form is not None and text:
        form.add_error(None, text)
        form.is_to_confirm = is_to_confirm
    to_confirm = request.POST.get("status", "") if is_to_confirm else ""
    if not wants_fragment(request):
        said = "" if form else text
        return show(request, ticket, form=form, refusal=said, asks=asks, to_confirm=to_confirm, status=status)
    context = _context(request, ticket, form=form) | {"refusal": text, "asks": asks, "to_confirm": to_confirm}
    part = "_composer.html" if form is not None else "_side.html"
    # A refusal that htmx is to show has to be 422; the rights themselves were asked by the action.
    return render(request, f"tickets/desk/{part}", context, status=422)


def _show_first(request: StaffRequest, ticket: Ticket, text: str, *, form: ComposerForm | None) -> HttpResponse:
    """Refuse with what the page did not show yet: sent again, the form has been told."""
    seen = Seen.read(request.POST.get("seen", ""))
    current = ticket_for(request.user, number=ticket.number)
    if form is None or seen is None or current is None or not wants_fragment(request):
        return refuse(request, current or ticket, text, form=form)
    form.add_error(None, text)
    context = _context(request, current, form=form, after=seen)
    context |= {"refusal": "", "asks": None, "to_confirm": "", "composed": form.kind, "changed": None}
    return render(request, "tickets/desk/_changes.html", context, status=422)


def _changes(request: StaffRequest, ticket: Ticket, *, seen: Seen, kind: str, changed: Message | None) -> HttpResponse:
    context = _context(request, ticket, form=blank(kind, ticket) if kind else None, after=seen)
    context |= {"refusal": "", "asks": None, "to_confirm": "", "composed": kind, "changed": None}
    if changed is not None:
        fresh = Message.objects.for_conversation().get(pk=changed.pk)
        known = numbers_seen(request.user, origins_of([fresh]))
        context["changed"] = spoken_to(
            request.user, fresh, list(fresh.attachments.all()), can_work=context["can_work"], known=known
        )
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
    everybody = everybody_of(ticket)
    participants = [each for each in everybody if each.is_active]
    works = can_work(user, ticket)
    went_to = seen_by(ticket.merged_into, user)
    form = form or blank("reply" if works else "note", ticket)
    return {
        "ticket": ticket,
        "items": said.items[::-1] if user.newest_first else said.items,
        "newest_first": user.newest_first,
        "earlier": said.earlier,
        "is_partial": bool(before),
        "seen": said.seen,
        "can_work": works,
        "can_note": can_note(user, ticket) and (form.is_bound or not ticket.is_merged),
        "can_unmerge": can_work_tickets(user),
        "head": head(ticket, user),
        "standing": standing(ticket, user),
        "went_to": linked(went_to) if went_to else None,
        **composer(ticket, form, participants, user=user, works=works),
        **side(ticket, user, teams, said, everybody),
        "planned": planned(ticket, user),
        "begun": [each.text for each in drafts_of(ticket) if each.send_at is None and each.text],
        "read_to": said.seen.message,
        **_frame(request, ticket),
        "live": f"{CHANNEL}={ticket.number}",
    }


def _frame(request: StaffRequest, ticket: Ticket) -> dict[str, Any]:
    """Nobody sees the rail of a fragment, so nobody counts for it. The page itself says when it is read: a GET does not
    write."""
    if wants_fragment(request):
        return {}
    found = frame(request.user)
    found["bell"]["reads"] = reverse("desk:reading", args=[ticket.number])
    return found
