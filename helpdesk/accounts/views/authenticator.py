"""The authenticator app and the recovery codes."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions import proofs
from helpdesk.accounts.enums import Factor
from helpdesk.accounts.pictures import qr_code
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.stepping_up import note_factor, opens_without_second_factor, proof_required
from helpdesk.accounts.views.security import done
from helpdesk.core.errors import Refused
from helpdesk.core.http import render
from helpdesk.core.retrying import retrying


@opens_without_second_factor
@proof_required
@sensitive_post_parameters("sealed", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: SignedInRequest) -> HttpResponse:
    """A picture to take up with the app, and the code that it then shows. Looking at the page keeps nothing: the secret
    goes along in the form, sealed."""
    if request.method != "POST":
        return _page(request)
    try:
        secret = proofs.secret_in(request.POST.get("sealed", ""), request.user)
    except Refused as refusal:
        return _page(request, refusal=str(refusal))
    code, person = "".join(request.POST.get("code", "").split()), request.user
    try:
        codes = retrying(lambda: proofs.set_up_app(person=person, secret=secret, code=code, by=person))
    except Refused as refusal:
        return _page(request, secret=secret, sealed=request.POST["sealed"], refusal=str(refusal))
    note_factor(request, person, Factor.APP)
    return shown_once(request, codes) if codes else done("app")


@proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator_removal(request: SignedInRequest) -> HttpResponse:
    """Asks, then forgets the app."""
    return removal(
        request,
        what=_("the authenticator app"),
        act=lambda: proofs.remove_app(person=request.user, by=request.user),
    )


@proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """Asks, then shows ten new ones, this once."""
    refusal = ""
    if request.method == "POST":
        try:
            return shown_once(request, retrying(lambda: proofs.renew_codes(person=request.user, by=request.user)))
        except Refused as error:
            refusal = str(error)
    context = {"left": proofs.factors_of(request.user).codes_left, "refusal": refusal}
    return render(request, "accounts/recovery_codes.html", context, status=422 if refusal else 200)


def shown_once(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    """The one answer that ever holds the codes; no cache keeps it."""
    spaced = [f"{code[:4]} {code[4:]}" for code in codes]
    answer = render(request, "accounts/recovery_codes_shown.html", {"codes": spaced})
    answer["Cache-Control"] = "no-store"
    return answer


def removal(request: SignedInRequest, *, what: str, act: Any) -> HttpResponse:
    """Asks whether `what` is to go; the form does it, or says why not."""
    refusal = ""
    if request.method == "POST":
        try:
            retrying(act)
            return done("removed")
        except Refused as error:
            refusal = str(error)
    context = {"what": what, "refusal": refusal}
    return render(request, "accounts/factor_removal.html", context, status=422 if refusal else 200)


def _page(request: SignedInRequest, *, secret: str = "", sealed: str = "", refusal: str = "") -> HttpResponse:
    if not secret:
        secret, sealed = proofs.begin_app(request.user)
    url = get_adapter().build_totp_url(request.user, secret)
    context = {
        "picture": qr_code(url),
        "url": url,
        "secret": " ".join(secret[index : index + 4] for index in range(0, len(secret), 4)),
        "sealed": sealed,
        "refusal": refusal,
    }
    return render(request, "accounts/authenticator.html", context, status=422 if refusal else 200)
