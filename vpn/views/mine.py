"""One's own keys, at the desk and in the cabinet alike: what there is, asking for one, taking it, blocking it."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.holding import proof_to_send
from helpdesk.accounts.requests import CustomerRequest, SignedInRequest, StaffRequest
from helpdesk.core.decorators import customer_required, staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying
from vpn.actions import downloading, requesting, revoking
from vpn.enums import BundleFormat
from vpn.forms.asking import AskingForm
from vpn.forms.taking import TakingForm
from vpn.handing import hand_out, hushed, offers
from vpn.models import Key, KeyRequest
from vpn.permissions import can_block, can_take, can_withdraw

SHOWN = 50
CURRENT = {"desk": "vpn_keys", "cabinet": "access"}
PAGES = {"desk": "vpn/desk/keys.html", "cabinet": "vpn/cabinet/keys.html"}
TAKING = {"desk": "vpn/desk/key.html", "cabinet": "vpn/cabinet/key.html"}


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_keys(request: StaffRequest) -> HttpResponse:
    """Keys and requests of somebody of the staff; a POST asks for a key."""
    return _keys(request, "desk")


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def cabinet_keys(request: CustomerRequest) -> HttpResponse:
    """The same for a customer."""
    return _keys(request, "cabinet")


@staff_required
@proof_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def desk_key(request: StaffRequest, pk: int) -> HttpResponse:
    """One's own key while it is kept; a POST takes it."""
    return _key(request, "desk", pk)


@customer_required
@proof_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def cabinet_key(request: CustomerRequest, pk: int) -> HttpResponse:
    """The same for a customer."""
    return _key(request, "cabinet", pk)


@staff_required
@require_POST
def desk_key_block(request: StaffRequest, pk: int) -> HttpResponse:
    """One's own key opens nothing from now on."""
    return _block(request, "desk", pk)


@customer_required
@require_POST
def cabinet_key_block(request: CustomerRequest, pk: int) -> HttpResponse:
    """The same for a customer."""
    return _block(request, "cabinet", pk)


@staff_required
@require_POST
def desk_key_request_withdrawal(request: StaffRequest, pk: int) -> HttpResponse:
    """What one asked for is not needed any more."""
    return _withdraw(request, "desk", pk)


@customer_required
@require_POST
def cabinet_key_request_withdrawal(request: CustomerRequest, pk: int) -> HttpResponse:
    """The same for a customer."""
    return _withdraw(request, "cabinet", pk)


def _keys(request: SignedInRequest, door: str) -> HttpResponse:
    form = AskingForm(request.POST or None, person=request.user)
    if request.method != "POST":
        return _page(request, door, form)
    if form.is_valid():
        ask = partial(requesting.ask, person=request.user, by=request.user, **form.cleaned_data)
        try:
            retrying(ask)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return SeeOther(reverse(f"vpn:{door}_keys"))
    return _page(request, door, form, status=422)


def _key(request: SignedInRequest, door: str, pk: int) -> HttpResponse:
    key = _own(request, pk)
    if not can_take(request.user, key):
        return _taking_page(request, door, key, None, status=410)
    form = TakingForm(request.POST or None, engine=key.engine)
    if request.method != "POST" or not form.is_valid():
        return _taking_page(request, door, key, form, status=422 if request.method == "POST" else 200)
    wanted = BundleFormat(form.cleaned_data["form"])
    take = partial(
        downloading.take, key=key, wanted=wanted, by=request.user, passphrase=form.cleaned_data["passphrase"]
    )
    try:
        bundle = retrying(take)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _taking_page(request, door, key, form, status=422)
    return hand_out(request, bundle, wanted=wanted, template="vpn/code.html", key=key)


def _block(request: SignedInRequest, door: str, pk: int) -> HttpResponse:
    key = _own(request, pk)
    retrying(partial(revoking.block_key, key=key, by=request.user, why="by its person"))
    return SeeOther(reverse(f"vpn:{door}_keys"))


def _withdraw(request: SignedInRequest, door: str, pk: int) -> HttpResponse:
    found = get_object_or_404(KeyRequest.objects.visible_to(request.user).filter(person=request.user), pk=pk)
    try:
        retrying(partial(requesting.withdraw, request=found, by=request.user))
    except Refused as refusal:
        return _page(request, door, AskingForm(person=request.user), refusal=str(refusal), status=422)
    return SeeOther(reverse(f"vpn:{door}_keys"))


def _own(request: SignedInRequest, pk: int) -> Key:
    """One's own, also for whoever sees all of them."""
    own = Key.objects.visible_to(request.user).of(request.user).select_related("device__owner", "authority")
    return get_object_or_404(own, pk=pk)


def _page(
    request: SignedInRequest, door: str, form: AskingForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    person = request.user
    keys = Key.objects.visible_to(person).of(person).for_lists().order_by("-pk")[:SHOWN]
    wishes = (
        KeyRequest.objects.visible_to(person).filter(person=person).select_related("server").order_by("-pk")[:SHOWN]
    )
    context: dict[str, Any] = {
        "form": form,
        "refusal": refusal,
        "rows": [_row(person, door, key) for key in keys],
        "wishes": [
            {
                "wish": wish,
                "url": reverse(f"vpn:{door}_key_request_withdrawal", args=[wish.pk])
                if can_withdraw(person, wish)
                else "",
            }
            for wish in wishes
        ],
        **frames[door](person, current=CURRENT[door]),
    }
    return hushed(render(request, PAGES[door], context, status=status))


def _row(person: Any, door: str, key: Key) -> dict[str, Any]:
    return {
        "key": key,
        "servers": ", ".join(server.name for server in key.servers.all()),
        "is_over": not key.is_live,
        "take_url": reverse(f"vpn:{door}_key", args=[key.pk]) if can_take(person, key) else "",
        "block_url": reverse(f"vpn:{door}_key_block", args=[key.pk]) if can_block(person, key) and key.is_live else "",
    }


def _taking_page(
    request: SignedInRequest, door: str, key: Key, form: TakingForm | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "key": key,
        "form": form,
        "back": reverse(f"vpn:{door}_keys"),
        **offers(key),
        **frames[door](request.user, current=CURRENT[door]),
    }
    return hushed(render(request, TAKING[door], context, status=status))
