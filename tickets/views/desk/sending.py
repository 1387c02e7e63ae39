"""What was sent and may yet be taken back, and what goes out by itself."""

from functools import partial

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import see_other
from helpdesk.core.retrying import retrying
from tickets.actions import scheduling, undoing
from tickets.forms.composer import MOMENT
from tickets.models import KeptDraft, Ticket
from tickets.views.desk.page import act, load, load_message, refuse


@staff_required
@require_POST
def taking_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a message that has not gone out yet a draft again, and lead to it."""
    message = load_message(request, pk)
    return _back_to_the_draft(
        request, load(request, message.ticket.number), partial(undoing.take_back, message=message, by=request.user)
    )


@staff_required
@require_POST
def planned(request: StaffRequest, pk: int) -> HttpResponse:
    """Send it at another time, `send_at`."""
    draft = _planned(request, pk)
    ticket = load(request, draft.ticket.number)
    field = forms.DateTimeField(input_formats=[MOMENT])
    try:
        send_at = field.clean(request.POST.get("send_at", ""))
    except forms.ValidationError:
        return refuse(request, ticket, _("Choose a date and a time."))
    action = partial(scheduling.reschedule, draft=draft, by=request.user, send_at=send_at)
    return act(request, ticket, action, moves=True)


@staff_required
@require_POST
def planned_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Make it a draft again, and lead to it."""
    draft = _planned(request, pk)
    action = partial(scheduling.unschedule, draft=draft, by=request.user)
    return _back_to_the_draft(request, load(request, draft.ticket.number), action)


def _planned(request: StaffRequest, pk: int) -> KeptDraft:
    """One that this person may know of, else 404."""
    found = KeptDraft.objects.scheduled().filter(ticket__in=Ticket.objects.visible_to(request.user))
    return get_object_or_404(found.select_related("ticket"), pk=pk)


def _back_to_the_draft(request: StaffRequest, ticket: Ticket, action: "partial[KeptDraft]") -> HttpResponse:
    try:
        draft = retrying(action)
    except NotAllowed as refusal:
        return refuse(request, ticket, str(refusal), status=403)
    except Refused as refusal:
        return refuse(request, ticket, str(refusal))
    page = reverse("desk:ticket", args=[ticket.number])
    return see_other(request, f"{page}?compose={draft.kind}#composer_text")
