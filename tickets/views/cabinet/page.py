"""The page of one request: what it reads, and how a write on it is answered."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions.following import follows
from tickets.actions.rating import is_open_to_rating, survey_of
from tickets.forms.cabinet import AnswerForm
from tickets.forms.rating import RatingForm
from tickets.hinting import NOTHING, Told
from tickets.models import Message, Ticket, TicketQuerySet
from tickets.permissions import can_answer, can_close_own, can_follow, can_rate, can_reopen_own
from tickets.queries.about import about, category_name
from tickets.queries.definitions import definitions_for
from tickets.views.cabinet.frame import STATUS_WORDS, frame
from tickets.views.cabinet.messages import told

MESSAGES = 50
LONGEST_KEY = 18


def load(request: CustomerRequest, number: int) -> Ticket:
    """The request, if this person may know of it; else 404."""
    return get_object_or_404(_requests(request.user), number=number)


def _requests(user: User) -> TicketQuerySet:
    return Ticket.objects.visible_to(user).select_related("requester", "merged_into").with_edition()


def act(request: CustomerRequest, ticket: Ticket, action: Callable[[], Any], *, form: AnswerForm) -> HttpResponse:
    """Run `action`, again when it loses a race or its connection, and lead back to the request; a refusal is the page
    with its sentence."""
    try:
        retrying(action)
    except NotAllowed:
        current = load(request, ticket.number)
        return page(request, current, form, refusal=_changed(request.user, current, form), status=422)
    except Refused as refusal:
        return page(request, ticket, form, refusal=str(refusal), status=422)
    return SeeOther(reverse("cabinet:request", args=[ticket.number]))


def _changed(user: User, ticket: Ticket, form: AnswerForm) -> str:
    if form.is_bound and can_reopen_own(user, ticket) and not can_answer(user, ticket):
        return _("This request was closed in the meantime: reopen it, and what you wrote is sent.")
    return _("This request has changed in the meantime: see below where it stands now.")


def page(
    request: CustomerRequest,
    ticket: Ticket,
    form: AnswerForm,
    *,
    refusal: str = "",
    rating: RatingForm | None = None,
    said_first: Told = NOTHING,
    status: int = 200,
) -> HttpResponse:
    """The whole page; `rating` is a refused form, `said_first` what is said of an answer before it is sent. Only
    public messages are on it, and nothing for staff alone."""
    definitions = definitions_for(ticket)
    messages, earlier = _messages(ticket, request.user, before=_key(request.GET.get("before", "")))
    context = {
        "ticket": ticket,
        "status_word": STATUS_WORDS[ticket.worked_on().status],
        "status": ticket.worked_on().status,
        "went": _went(ticket, request.user),
        "asked_by": "" if ticket.requester_id == request.user.pk else str(ticket.requester),
        "about": about(ticket, definitions),
        "category": category_name(ticket, definitions),
        "messages_told": [told(message, reader=request.user) for message in messages],
        "earlier": earlier,
        "is_partial": "before" in request.GET,
        "form": form,
        "draft": f"request-{ticket.number}",
        "told": said_first,
        "hints_url": reverse("cabinet:hints"),
        "errors": [*([refusal] if refusal else []), *form.all_errors] if form.is_bound or refusal else [],
        "can_answer": can_answer(request.user, ticket),
        "can_close": can_close_own(request.user, ticket),
        "can_reopen": can_reopen_own(request.user, ticket),
        **_following(request.user, ticket),
        **_rating(request.user, ticket, rating),
        **frame(request.user, current="requests"),
    }
    return render(request, "tickets/cabinet/request.html", context, status=status)


def _following(user: User, ticket: Ticket) -> dict[str, bool]:
    """Whether this person follows somebody else's request, and may begin to."""
    if ticket.requester_id == user.pk:
        return {"is_following": False, "can_follow": False, "is_seen_by_following": False}
    is_following = follows(user, ticket)
    may = can_follow(user, ticket)
    return {
        "is_following": is_following,
        "can_follow": may and not is_following,
        "is_seen_by_following": is_following and not may,
    }


def _rating(user: User, ticket: Ticket, refused: RatingForm | None) -> dict[str, Any]:
    """The form where this person may rate, and whether they have."""
    if not (can_rate(user, ticket) and is_open_to_rating(ticket)):
        return {"rating": None, "is_rated": False}
    survey = survey_of(ticket)
    return {"rating": refused or RatingForm.of(survey), "is_rated": survey is not None and survey.score is not None}


def _went(ticket: Ticket, user: User) -> dict[str, Any] | None:
    """Where the request went on, for whoever may know of that one; `number` is 0 for others, who are told no more."""
    if ticket.merged_into_id is None:
        return None
    seen = Ticket.objects.visible_to(user).filter(pk=ticket.merged_into_id).values_list("number", flat=True)
    return {"number": next(iter(seen), 0)}


def _messages(ticket: Ticket, user: User, *, before: int) -> tuple[list[Message], int]:
    """The latest messages, or those before a key, and the key before which more wait (0 when none do)."""
    found = Message.objects.visible_to(user).filter(ticket=ticket).for_conversation()
    if before:
        found = found.filter(pk__lt=before)
    latest = list(found.order_by("-pk")[: MESSAGES + 1])
    shown = latest[:MESSAGES][::-1]
    return shown, shown[0].pk if len(latest) > MESSAGES else 0


def _key(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST_KEY else 0
