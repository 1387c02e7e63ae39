"""Temporary accesses: asked for, looked at once, ended."""

from dataclasses import replace
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.stepping_up import proof_url, recently_proved
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, see_other
from helpdesk.core.retelling import retold
from vpn.hosting.actions.temporary import ask, deliver, end
from vpn.hosting.connectors import Door, connectors
from vpn.hosting.door_forms import AccessForm
from vpn.hosting.enums import AccessState
from vpn.hosting.models import Entry, EntryDoor, TemporaryAccess
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.views.desk.doors import AGAIN_SECONDS
from vpn.hosting.views.page import because_of, done_or_refused, load_entry, refused, show, unkept

CHANGING = frozenset({AccessState.WAITING, AccessState.ENDING})


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_access(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for one; a good POST leads to its page, where it appears when a worker has made it."""
    found = load_entry(request.user, pk)
    if found.needs_proof and not recently_proved(request):
        return see_other(request, proof_url(request))
    because = because_of(request.user, request.POST.get("ticket") or request.GET.get("ticket"))
    if request.method != "POST":
        initial = {"reason": because.reason, "ticket": because.ticket.number if because.ticket else None}
        return _form(request, AccessForm(entry=found, user=request.user, initial=initial), found)
    form = AccessForm(request.POST, entry=found, user=request.user)
    if form.is_valid() and form.cleaned_data["ticket"] and because.ticket is None:
        form.add_error("ticket", _("There is no such ticket, or it is not open to you."))
    if not form.is_valid():
        return _form(request, form, found, status=422)
    said = form.cleaned_data
    whom, lasting = said.get("for_whom") or request.user, form.lasting
    wish = partial(ask, door=said["door"], for_whom=whom, by=request.user, lasting=lasting, ticket=because.ticket)
    made, status = done_or_refused(form, partial(wish, reason=said["reason"]))
    return _form(request, form, found, status=status) if made is None else SeeOther(access_url(made))


@staff_required
@require_safe
def access(request: StaffRequest, pk: int, access: int) -> HttpResponse:
    """How far it is, and until when."""
    return page(request, load_access(request, pk, access))


@staff_required
@sensitive_variables("given", "shown")
@require_POST
def access_delivery(request: StaffRequest, pk: int, access: int) -> HttpResponse:
    """Show it to whoever it was made for, this once: kept by no cache, and by us no longer."""
    found = load_access(request, pk, access)
    if found.entry.needs_proof and not recently_proved(request):
        return see_other(request, proof_url(request))
    try:
        given = deliver(access=found, by=request.user)
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return page(request, found, refusal=str(refusal), status=status)
    shown = replace(given, note=retold(given.note))
    context = {
        "entry": found.entry,
        "access": found,
        "given": shown,
        "left_over": left_over(found.door),
        "back_url": access_url(found),
    }
    return unkept(show(request, "vpn/hosting/desk/access_shown.html", context))


@staff_required
@require_POST
def access_removal(request: StaffRequest, pk: int, access: int) -> HttpResponse:
    """End it now; back to its page, which says when it is gone."""
    found = load_access(request, pk, access)
    refusal, status = refused(partial(end, access=found, by=request.user))
    return page(request, found, refusal=refusal, status=status) if refusal else SeeOther(access_url(found))


def load_access(request: StaffRequest, pk: int, access: int) -> TemporaryAccess:
    """One that the person sees, what was given unread; 404 for every other one."""
    found = TemporaryAccess.objects.visible_to(request.user).without_given()
    related = found.select_related("entry__organisation", "door", "for_whom", "asked_by", "ticket", "end_asked_by")
    return get_object_or_404(related, pk=access, entry=pk)


def access_url(access: TemporaryAccess) -> str:
    return reverse("access:temporary_access", args=[access.entry_id, access.pk])


def page(request: StaffRequest, access: TemporaryAccess, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The access; while a worker makes or removes it, the browser looks again by itself."""
    user = request.user
    context = {
        "entry": access.entry,
        "access": access,
        "is_mine": access.for_whom_id == user.pk,
        "is_waiting": access.state == AccessState.WAITING,
        "is_ending": access.state == AccessState.ENDING,
        "may_end": access.state in {AccessState.WAITING, AccessState.ACTIVE}
        and (user.pk in {access.for_whom_id, access.asked_by_id} or can_keep_vault(user)),
        "back_url": reverse("access:entry", args=[access.entry_id]),
        "left_over": left_over(access.door),
        "refusal": refusal,
    }
    response = show(request, "vpn/hosting/desk/access.html", context, status=status)
    if access.state in CHANGING and not refusal:
        response["Refresh"] = f"{AGAIN_SECONDS}"
    return unkept(response)


def left_over(door: EntryDoor) -> str:
    """What of an access behind this door can't be ended from here, "" for nothing. No statement."""
    known = connectors().get(door.connector)
    return known.left_over(Door(door.address, door.login, "", options=door.options)) if known else ""


def _form(request: StaffRequest, form: AccessForm, entry: Entry, *, status: int = 200) -> HttpResponse:
    doors = list(entry.doors.kept().order_by("pk"))
    context = {
        "form": form,
        "entry": entry,
        "has_doors": bool(doors),
        "left_over": [f"{door.address}: {words}" for door in doors if (words := left_over(door))],
        "keeps": can_keep_vault(request.user),
        "back_url": reverse("access:entry", args=[entry.pk]),
    }
    return show(request, "vpn/hosting/desk/access_form.html", context, status=status)
