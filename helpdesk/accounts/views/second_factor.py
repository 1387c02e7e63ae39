"""The second factor: asked on the way in, and of whoever owes one."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions import browsers, proofs
from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.stages import pass_on, pending
from helpdesk.accounts.stepping_up import (
    note_factor,
    note_proof,
    opens_without_second_factor,
    owes_second_factor,
)
from helpdesk.accounts.views.proving import factor_given, factors_context
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render


@login_not_required
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Between the first proof and being in: a code of the app, a recovery code, or a passkey."""
    is_written = request.session.modified
    stage = pending(request)
    if request.method != "POST":
        request.session.modified = is_written  # a way in that ran out is forgotten by the next form
    if stage is None:
        return redirect("account_login")
    if request.method != "POST":
        return _page(request, stage.login.user)
    try:
        factor = factor_given(request, stage.login.user)
    except Refused as refusal:
        return _page(request, stage.login.user, refusal=refusal)
    return pass_on(request, stage, factor, trusts="trust" in request.POST)


@opens_without_second_factor
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_owed(request: SignedInRequest) -> HttpResponse:
    """Whose role asks for a second factor: give it, or set one up first."""
    if not owes_second_factor(request.session, request.user):
        return redirect("home")
    if not proofs.has_factor(request.user):
        context = {"role": request.user.get_role_display()}
        return render(request, "accounts/second_factor_owed.html", context)
    if request.method != "POST":
        return _page(request, request.user)
    try:
        factor = factor_given(request, request.user)
    except Refused as refusal:
        return _page(request, request.user, refusal=refusal)
    request.session.cycle_key()
    note_factor(request, request.user, factor)
    note_proof(request, request.user, factor)
    return SeeOther(reverse("home"))


def _page(request: HttpRequest, person: User, *, refusal: Refused | None = None) -> HttpResponse:
    days = settings.TRUST_BROWSER_DAYS if browsers.may_trust(person) else 0
    context: dict[str, Any] = {
        "refusal": str(refusal or ""),
        "trust_days": days if not request.user.is_authenticated else 0,
        **factors_context(request, person),
    }
    status = 200 if refusal is None else 429 if isinstance(refusal, TooManyAttempts) else 422
    return render(request, "accounts/second_factor.html", context, status=status)
