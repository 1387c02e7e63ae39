"""Splitting messages off a ticket, and undoing it."""

from functools import partial
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render, see_other
from helpdesk.core.retrying import retrying
from tickets.actions.splitting import MOST, split, undo_split
from tickets.models import Message, Ticket
from tickets.queries.ticket_page import participants_of
from tickets.rendering import SNIPPET, snippet_of
from tickets.views.desk.frame import frame
from tickets.views.desk.page import load, refuse


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def split_off(request: StaffRequest, number: int) -> HttpResponse:
    """Choose messages (`message`, several), a `subject` and a `requester`; leads to the ticket made of them."""
    ticket = load(request, number)
    if request.method != "POST":
        return _form(request, ticket, chosen=_keys(request.GET.getlist("message")))
    chosen, word = _keys(request.POST.getlist("message")), request.POST.get("requester", "")
    action = partial(
        split,
        ticket=ticket,
        messages=chosen,
        by=request.user,
        subject=request.POST.get("subject", ""),
        requester=next(iter(_keys([word])), None),
    )
    try:
        made = retrying(action)
    except NotAllowed as refusal:
        return _form(request, ticket, chosen=chosen, refusal=str(refusal), status=403)
    except Refused as refusal:
        return _form(request, ticket, chosen=chosen, refusal=str(refusal), status=422)
    return SeeOther(reverse("desk:ticket", args=[made.number]))


@staff_required
@require_POST
def split_return(request: StaffRequest, number: int) -> HttpResponse:
    """Put everything back where it was split from; leads there."""
    ticket = load(request, number)
    try:
        origin = retrying(partial(undo_split, ticket=ticket, by=request.user))
    except NotAllowed as refusal:
        return refuse(request, ticket, str(refusal), status=403)
    except Refused as refusal:
        return refuse(request, ticket, str(refusal))
    return see_other(request, reverse("desk:ticket", args=[origin.number]))


def _keys(words: list[str]) -> list[int]:
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]


def _form(
    request: StaffRequest, ticket: Ticket, *, chosen: list[int], refusal: str = "", status: int = 200
) -> HttpResponse:
    latest = Message.objects.filter(ticket=ticket).select_related("author").annotate(files=Count("attachments"))
    people = [ticket.requester, *(each.user for each in participants_of(ticket))]
    context = {
        "ticket": ticket,
        "rows": [_row(message, chosen) for message in reversed(latest.order_by("-pk")[:MOST])],
        "subject": request.POST.get("subject", ticket.subject),
        "requester": request.POST.get("requester", ""),
        "requesters": [("", _("Whoever wrote them")), *((str(person.pk), str(person)) for person in people)],
        "refusal": refusal,
        **frame(request.user),
    }
    return render(request, "tickets/desk/split.html", context, status=status)


def _row(message: Message, chosen: list[int]) -> dict[str, Any]:
    return {
        "pk": message.pk,
        "is_chosen": message.pk in chosen,
        "author": message.from_name or str(message.author),
        "kind": message.get_kind_display(),
        "at": message.created_at,
        "beginning": Truncator(snippet_of(message.visible_text or message.text)).chars(SNIPPET - 20),
        "files": message.files,  # type: ignore[attr-defined]
    }
