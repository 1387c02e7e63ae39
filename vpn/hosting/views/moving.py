"""A secret that was written in a message is moved into the vault: at the desk and in the cabinet."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import CustomerRequest, StaffRequest
from helpdesk.core.decorators import customer_required, staff_required
from helpdesk.core.http import SeeOther
from tickets.models import Message
from vpn.hosting.actions.moving import move_to_vault, organisation_of
from vpn.hosting.models import Entry
from vpn.hosting.moving_forms import MovingForm
from vpn.hosting.offering import may_move
from vpn.hosting.views.page import done_or_refused, show, show_customer, unkept


@staff_required
@sensitive_post_parameters()
@sensitive_variables("form", "found")
@require_http_methods(["GET", "HEAD", "POST"])
def at_desk(request: StaffRequest, pk: int) -> HttpResponse:
    """What was found, and where it goes; done, back to the message."""
    found = _load(request.user, pk)
    place = f"{reverse('desk:ticket', args=[found.ticket.number])}#m{found.pk}"
    form, status = _worked_off(request, request.user, found)
    if form is None:
        return SeeOther(place)
    context = _context(form, found, request.user, place)
    return unkept(show(request, "vpn/hosting/desk/moving.html", context, status=status, is_live=False))


@customer_required
@sensitive_post_parameters()
@sensitive_variables("form", "found")
@require_http_methods(["GET", "HEAD", "POST"])
def in_cabinet(request: CustomerRequest, pk: int) -> HttpResponse:
    """The same of what a customer wrote themselves."""
    found = _load(request.user, pk)
    place = f"{reverse('cabinet:request', args=[found.ticket.number])}#m{found.pk}"
    form, status = _worked_off(request, request.user, found)
    if form is None:
        return SeeOther(place)
    context = _context(form, found, request.user, place)
    return unkept(show_customer(request, "vpn/hosting/cabinet/moving.html", context, status=status))


def _load(user: User, pk: int) -> Message:
    seen = Message.objects.visible_to(user).select_related("ticket__organisation", "ticket__requester__organisation")
    found = get_object_or_404(seen.select_related("author"), pk=pk)
    if not may_move(user, found):
        raise PermissionDenied
    return found


def _entries(user: User, message: Message) -> QuerySet[Entry]:
    return Entry.objects.visible_to(user).kept().filter(organisation=organisation_of(message, user))


@sensitive_variables()
def _worked_off(request: HttpRequest, user: User, message: Message) -> tuple[MovingForm | None, int]:
    """The form to show and the status it is shown with; None when everything is done."""
    entries = _entries(user, message)
    if request.method != "POST":
        return MovingForm(message=message, entries=entries), 200
    form = MovingForm(request.POST, message=message, entries=entries)
    if not form.is_valid():
        return form, 422
    elsewhere = form.cleaned_data["elsewhere"] or user.is_customer
    move = partial(move_to_vault, message=message, by=user, place=form.where(), elsewhere=elsewhere)
    done, status = done_or_refused(form, partial(move, secrets=form.secrets(), files=form.chosen_files()))
    if done is None:
        return form, status
    if files := done[1].files:
        names = ", ".join(files[:5])
        messages.warning(request, _("Files of the ticket still hold it: %(names)s") % {"names": names})
    return None, 303


def _context(form: MovingForm, message: Message, user: User, place: str) -> dict[str, Any]:
    return {
        "form": form,
        "message": message,
        "ticket": message.ticket,
        "has_organisation": organisation_of(message, user) is not None,
        "back_url": place,
    }
