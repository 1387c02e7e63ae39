"""One key of one's own, at the desk and in the cabinet alike: what it is and what became of it, taking it, blocking it,
saying that one never asked for it."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.holding import proof_to_send
from helpdesk.accounts.requests import CustomerRequest, SignedInRequest, StaffRequest
from helpdesk.core.decorators import customer_required, staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.middleware import client_address
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying
from vpn.actions import disputing, downloading, revoking
from vpn.enums import BundleFormat
from vpn.forms.taking import TakingForm
from vpn.handing import hand_out, hushed, offers
from vpn.history import lines_of
from vpn.models import Key
from vpn.permissions import can_block, can_dispute, can_take
from vpn.views.mine import CURRENT

PAGES = {"desk": "vpn/desk/key.html", "cabinet": "vpn/cabinet/key.html"}


@staff_required
@proof_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def desk_key(request: StaffRequest, pk: int) -> HttpResponse:
    """One's own key and what became of it; a POST takes it while it is kept."""
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
def desk_key_dispute(request: StaffRequest, pk: int) -> HttpResponse:
    """“This was not me”: the key is blocked, and somebody looks."""
    return _dispute(request, "desk", pk)


@customer_required
@require_POST
def cabinet_key_dispute(request: CustomerRequest, pk: int) -> HttpResponse:
    """The same for a customer."""
    return _dispute(request, "cabinet", pk)


def _key(request: SignedInRequest, door: str, pk: int) -> HttpResponse:
    key = _own(request, pk)
    if not can_take(request.user, key):
        return _page(request, door, key, None, status=410 if request.method == "POST" else 200)
    form = TakingForm(request.POST or None, engine=key.engine)
    if request.method != "POST" or not form.is_valid():
        return _page(request, door, key, form, status=422 if request.method == "POST" else 200)
    wanted = BundleFormat(form.cleaned_data["form"])
    take = partial(
        downloading.take, key=key, wanted=wanted, by=request.user, passphrase=form.cleaned_data["passphrase"]
    )
    try:
        bundle = retrying(take)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, door, key, form, status=422)
    return hand_out(request, bundle, wanted=wanted, template="vpn/code.html", key=key)


def _block(request: SignedInRequest, door: str, pk: int) -> HttpResponse:
    key = _own(request, pk)
    return _done(request, door, key, partial(revoking.block_key, key=key, by=request.user, why="by its person"))


def _dispute(request: SignedInRequest, door: str, pk: int) -> HttpResponse:
    key, browser = _own(request, pk), request.headers.get("User-Agent", "")
    told = partial(disputing.dispute_own, key=key, by=request.user, address=client_address(request), browser=browser)
    return _done(request, door, key, told)


def _done(request: SignedInRequest, door: str, key: Key, act: Callable[[], object]) -> HttpResponse:
    try:
        retrying(act)
    except Refused as refusal:
        return _page(request, door, key, None, refusal=str(refusal), status=422)
    return SeeOther(reverse(f"vpn:{door}_key", args=[key.pk]))


def _own(request: SignedInRequest, pk: int) -> Key:
    """One's own, also for whoever sees all of them."""
    own = Key.objects.visible_to(request.user).of(request.user).select_related("device__owner", "authority")
    return get_object_or_404(own, pk=pk)


def _page(
    request: SignedInRequest, door: str, key: Key, form: TakingForm | None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    person = request.user
    context = {
        "key": key,
        "servers": ", ".join(key.servers.order_by("name", "pk").values_list("name", flat=True)),
        "form": form,
        "refusal": refusal,
        "block_url": reverse(f"vpn:{door}_key_block", args=[key.pk]) if can_block(person, key) and key.is_live else "",
        "dispute_url": reverse(f"vpn:{door}_key_dispute", args=[key.pk]) if can_dispute(person, key) else "",
        "history": lines_of(key),
        "back": reverse(f"vpn:{door}_keys"),
        **(offers(key) if form is not None else {}),
        **frames[door](person, current=CURRENT[door]),
    }
    return hushed(render(request, PAGES[door], context, status=status))
