"""Proving once more who one is."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.enums import Way
from helpdesk.accounts.paths import safe_path
from helpdesk.accounts.registries import names_elsewhere, passwords_elsewhere
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.stepping_up import note_factor, note_proof, opens_without_second_factor
from helpdesk.accounts.views.proving import factor_given, factors_context, refused
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render


@opens_without_second_factor
@sensitive_post_parameters("password", "code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: SignedInRequest) -> HttpResponse:
    """By the password, a code or a passkey; whoever has none of these has a link sent to them, which leads back."""
    next_path = safe_path(request.POST.get("next") or request.GET.get("next") or "") or "/"
    if request.method != "POST":
        return _page(request, next_path)
    try:
        by = _proved(request)
    except Refused as refusal:
        return _page(request, next_path, refusal=refusal)
    request.session.cycle_key()
    note_proof(request, request.user, by)
    return SeeOther(next_path)


def _proved(request: SignedInRequest) -> str:
    """By what the form proves the person. Raises TooManyAttempts, Refused."""
    if "password" not in request.POST:
        factor = factor_given(request, request.user)
        note_factor(request, request.user, factor)
        return factor
    name, password = _name_of(request), request.POST["password"]
    found = get_adapter().authenticate(request, email=name, password=password)
    if found is None or found.pk != request.user.pk:
        refused(request, request.user, "proof")
        raise Refused(_("That is not your password."))
    return Way.PASSWORD


def _name_of(request: SignedInRequest) -> str:
    """By which name their password is asked for: the address for one that is kept here, else what its keeper calls
    them, who need not have an address at all."""
    address = request.user.email or ""
    if address and request.user.has_usable_password():
        return address
    return next((name for _keeper, name_of in names_elsewhere.items() if (name := name_of(request.user))), address)


def has_password(request: SignedInRequest) -> bool:
    """Whether the person has one, here or where somebody else keeps it."""
    kept = (reason(request.user, request.user) for _name, reason in passwords_elsewhere.items())
    return request.user.has_usable_password() or any(kept)


def _page(request: SignedInRequest, next_path: str, *, refusal: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "refusal": str(refusal or ""),
        "next_path": next_path,
        "has_password": has_password(request),
        "address": request.user.email or "",
        "username": _name_of(request),
        **factors_context(request, request.user),
    }
    status = 200 if refusal is None else 429 if isinstance(refusal, TooManyAttempts) else 422
    return render(request, "accounts/proof.html", context, status=status)
