"""The doors of an entry: set up, asked, their host keys confirmed."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.stepping_up import proof_required
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther
from vpn.hosting.actions.doors import add, ask_for_facts, change, confirm_host_key, remove
from vpn.hosting.connectors import connectors
from vpn.hosting.door_forms import DoorForm
from vpn.hosting.models import Entry, EntryDoor
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.queries.facts import shown
from vpn.hosting.ssh.connecting import fingerprint
from vpn.hosting.views.page import done_or_refused, load_entry, refused, show

AGAIN_SECONDS = 3
"""When a page that waits for a worker looks again."""


@staff_required
@require_safe
def door(request: StaffRequest, pk: int, door: int) -> HttpResponse:
    """What the door told last, and what it is waiting for."""
    return page(request, load_door(request, pk, door))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_door(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the program come in; a good POST leads to the door, which is being asked."""
    found = load_entry(request.user, pk)
    if not can_keep_vault(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, DoorForm(entry=found, initial={"address": found.url or found.host}), found)
    form = DoorForm(request.POST, entry=found)
    if not form.is_valid():
        return _form(request, form, found, status=422)
    made, status = done_or_refused(form, partial(add, entry=found, details=form.details(), by=request.user))
    return _form(request, form, found, status=status) if made is None else SeeOther(door_url(made))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def door_details(request: StaffRequest, pk: int, door: int) -> HttpResponse:
    """Change where it leads; a good POST leads back to it."""
    found = load_door(request, pk, door)
    if not can_keep_vault(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, DoorForm(entry=found.entry, door=found), found.entry, found)
    form = DoorForm(request.POST, entry=found.entry, door=found)
    if not form.is_valid():
        return _form(request, form, found.entry, found, status=422)
    done, status = done_or_refused(form, partial(change, door=found, details=form.details(), by=request.user))
    return _form(request, form, found.entry, found, status=status) if done is None else SeeOther(door_url(found))


@staff_required
@require_POST
def door_facts(request: StaffRequest, pk: int, door: int) -> HttpResponse:
    """Ask it now; back to it."""
    found = load_door(request, pk, door)
    refusal, status = refused(partial(ask_for_facts, door=found, by=request.user))
    return page(request, found, refusal=refusal, status=status) if refusal else SeeOther(door_url(found))


@staff_required
@proof_required
@require_POST
def door_host_key(request: StaffRequest, pk: int, door: int) -> HttpResponse:
    """The fingerprint is that of the server; back to the door."""
    found = load_door(request, pk, door)
    shown_before = request.POST.get("fingerprint", "")
    refusal, status = refused(partial(confirm_host_key, door=found, shown=shown_before, by=request.user))
    return page(request, found, refusal=refusal, status=status) if refusal else SeeOther(door_url(found))


@staff_required
@require_POST
def door_removal(request: StaffRequest, pk: int, door: int) -> HttpResponse:
    """The program comes in no more; back to the entry."""
    found = load_door(request, pk, door)
    refusal, status = refused(partial(remove, door=found, by=request.user))
    if refusal:
        return page(request, found, refusal=refusal, status=status)
    return SeeOther(reverse("access:entry", args=[pk]))


def load_door(request: StaffRequest, pk: int, door: int) -> EntryDoor:
    """A door of an entry that the person sees; 404 for every other one."""
    found = EntryDoor.objects.visible_to(request.user).kept().select_related("entry__organisation", "secret")
    return get_object_or_404(found.defer("secret__value"), pk=door, entry=pk)


def door_url(door: EntryDoor) -> str:
    return reverse("access:door", args=[door.entry_id, door.pk])


def page(request: StaffRequest, door: EntryDoor, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The door; while a worker asks it, the browser looks again by itself."""
    known = connectors().get(door.connector)
    context = {
        "entry": door.entry,
        "door": door,
        "label": known.label if known else door.connector,
        "facts": shown(door),
        "keeps": can_keep_vault(request.user),
        "host_key": fingerprint(door.host_key) if door.host_key else "",
        "host_key_seen": fingerprint(door.host_key_seen) if door.host_key_seen else "",
        "back_url": reverse("access:entry", args=[door.entry_id]),
        "refusal": refusal,
    }
    response = show(request, "vpn/hosting/desk/door.html", context, status=status)
    if door.is_being_asked and not refusal:
        response["Refresh"] = f"{AGAIN_SECONDS}"
    return response


def _form(
    request: StaffRequest, form: DoorForm, entry: Entry, door: EntryDoor | None = None, *, status: int = 200
) -> HttpResponse:
    back = door_url(door) if door else reverse("access:entry", args=[entry.pk])
    helps = [(each.label, each.secret_help) for each in connectors().values()]
    context = {"form": form, "entry": entry, "door": door, "back_url": back, "helps": helps}
    return show(request, "vpn/hosting/desk/door_form.html", context, status=status)
