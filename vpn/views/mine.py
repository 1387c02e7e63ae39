"""One's own keys, at the desk and in the cabinet alike: what there is, asking for one, taking that back."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.requests import CustomerRequest, SignedInRequest, StaffRequest
from helpdesk.core.decorators import customer_required, staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying
from vpn.actions import requesting
from vpn.forms.asking import AskingForm
from vpn.handing import hushed
from vpn.models import Key, KeyRequest
from vpn.permissions import can_block, can_take, can_withdraw

SHOWN = 50
CURRENT = {"desk": "vpn_keys", "cabinet": "access"}
PAGES = {"desk": "vpn/desk/keys.html", "cabinet": "vpn/cabinet/keys.html"}


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


def _withdraw(request: SignedInRequest, door: str, pk: int) -> HttpResponse:
    found = get_object_or_404(KeyRequest.objects.visible_to(request.user).filter(person=request.user), pk=pk)
    try:
        retrying(partial(requesting.withdraw, request=found, by=request.user))
    except Refused as refusal:
        return _page(request, door, AskingForm(person=request.user), refusal=str(refusal), status=422)
    return SeeOther(reverse(f"vpn:{door}_keys"))


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
        "url": reverse(f"vpn:{door}_key", args=[key.pk]),
        "is_takeable": can_take(person, key),
        "block_url": reverse(f"vpn:{door}_key_block", args=[key.pk]) if can_block(person, key) and key.is_live else "",
    }
