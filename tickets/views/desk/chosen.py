"""Chosen tickets changed together, each kind of change at an address of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused, ensure
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.retrying import retrying
from tickets.actions import together
from tickets.enums import Priority, Status
from tickets.forms import chosen as forms
from tickets.forms.criteria import PRIORITY_WORDS
from tickets.models import BulkChange, Ticket
from tickets.permissions import can_work_tickets
from tickets.queries import colleague_choices, team_choices
from tickets.views.desk.frame import frame
from tickets.views.desk.ticket_list import answer_again

Making = Callable[..., BulkChange]


@staff_required
@require_safe
def chosen(request: StaffRequest) -> HttpResponse:
    """What can be done with the tickets `ticket`: a page; to htmx the controls alone."""
    return _page(request)


@staff_required
@require_POST
def chosen_assignment(request: StaffRequest) -> HttpResponse:
    """Give them to `assignee`: a person's key, `me` or `none`."""
    return _change(
        request, lambda: partial(together.assign_chosen, assignee=forms.assignee_of(request.POST, by=request.user))
    )


@staff_required
@require_POST
def chosen_team(request: StaffRequest) -> HttpResponse:
    """Put them into the queue of `team`: its key, or `none`."""
    return _change(
        request, lambda: partial(together.hand_chosen_to_team, team=forms.team_of(request.POST, by=request.user))
    )


@staff_required
@require_POST
def chosen_status(request: StaffRequest) -> HttpResponse:
    """Set their status to the word `status`."""
    return _change(request, lambda: partial(together.change_status_of_chosen, status=forms.status_of(request.POST)))


@staff_required
@require_POST
def chosen_priority(request: StaffRequest) -> HttpResponse:
    """Set their priority to the word `priority`."""
    return _change(
        request, lambda: partial(together.change_priority_of_chosen, priority=forms.priority_of(request.POST))
    )


@staff_required
@require_POST
def chosen_tags(request: StaffRequest) -> HttpResponse:
    """Give them the `tags`, separated by commas or white space, beside those they have."""
    return _change(request, lambda: partial(together.tag_chosen, tags=forms.some_tags_of(request.POST)))


@staff_required
@require_POST
def chosen_tags_removal(request: StaffRequest) -> HttpResponse:
    """Take the `tags` from them."""
    return _change(request, lambda: partial(together.untag_chosen, tags=forms.some_tags_of(request.POST)))


def _change(request: StaffRequest, reading: Callable[[], Making]) -> HttpResponse:
    """Do it to the chosen tickets. htmx gets the list with what was done; others are led to the page of the change. A
    refusal of the whole is 422, 403 where the role does not allow it."""
    key = forms.key_of(request.POST, path=request.path)
    try:
        ensure(can_work_tickets(request.user))
        doing = partial(reading(), numbers=forms.numbers_of(request.POST), by=request.user, key=key)
        made = retrying(doing)
    except Refused as refusal:
        return _page(request, refusal=str(refusal), status=403 if isinstance(refusal, NotAllowed) else 422)
    address = request.POST.get("list", "")
    if wants_fragment(request):
        return answer_again(request, address, change=made)
    return SeeOther(f"{reverse('desk:bulk_change', args=[made.pk])}?{urlencode({'list': address})}")


def _page(request: StaffRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    is_fragment = wants_fragment(request)
    context: dict[str, Any] = {"controls": _controls(request), "key": str(uuid4()), "refusal": refusal}
    context["controls"]["in_list"] = is_fragment
    if not is_fragment:
        numbers = forms.numbers_of(said)[: together.MOST]
        seen = Ticket.objects.visible_to(request.user).filter(number__in=numbers).order_by("number")
        context |= {
            "tickets": list(seen.values("number", "subject")),
            "address": said.get("list", ""),
            **frame(request.user),
        }
    response = render(request, "tickets/desk/chosen.html", context, fragment="controls", status=status)
    if refusal and is_fragment:
        response["HX-Retarget"], response["HX-Reswap"], response["HX-Push-Url"] = (
            "closest .chosen",
            "innerHTML",
            "false",
        )
    return response


def _controls(request: StaffRequest) -> dict[str, Any]:
    """What the menus offer, as plain values."""
    people = [(str(each.pk), each.label) for each in colleague_choices(request.user) if each.pk != request.user.pk]
    return {
        "people": people,
        "teams": [(str(each.pk), each.label) for each in team_choices(request.user)],
        "statuses": [(each.value, str(each.label)) for each in Status],
        "priorities": [(PRIORITY_WORDS[each.value], str(each.label)) for each in Priority],
    }
