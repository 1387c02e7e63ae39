"""Passkeys: coming in by one, and keeping them."""

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts import ceremonies
from helpdesk.accounts.actions import attempts, passkeys
from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.enums import Door, Factor, Way
from helpdesk.accounts.forms.signing_in import SignInForm
from helpdesk.accounts.models import User
from helpdesk.accounts.paths import safe_path
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.stepping_up import (
    note_factor,
    opens_without_second_factor,
    proof_required,
    proof_url,
    recently_proved,
)
from helpdesk.accounts.views.authenticator import removal, shown_once
from helpdesk.accounts.views.proving import refused
from helpdesk.accounts.views.security import done
from helpdesk.accounts.views.sign_in import sign_in_page
from helpdesk.core.errors import Refused
from helpdesk.core.http import render, see_other
from helpdesk.core.middleware import client_address
from helpdesk.core.retrying import retrying


@login_not_required
@sensitive_post_parameters("credential")
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """In without a password: the browser says who, and proves it. Both factors at once."""
    next_path = safe_path(request.POST.get("next", ""))
    try:
        person = _person_of(request)
    except Refused as refusal:
        form = SignInForm()
        form.cleaned_data = {}
        form.add_error(None, str(refusal))
        return sign_in_page(request, form, next_path, status=429 if isinstance(refusal, TooManyAttempts) else 422)
    answer: HttpResponse = perform_login(
        request, person, redirect_url=next_path or "/", signal_kwargs={"way": Way.PASSKEY.value}
    )
    return answer


@opens_without_second_factor
@proof_required
@sensitive_post_parameters("credential")
@require_http_methods(["GET", "HEAD", "POST"])
def passkeys_page(request: SignedInRequest) -> HttpResponse:
    """One passkey more."""
    refusal = ""
    if request.method == "POST":
        try:
            codes = _add(request)
        except Refused as error:
            refusal = str(error)
        else:
            note_factor(request, request.user, Factor.PASSKEY)
            return shown_once(request, codes) if codes else done("passkey")
    party = ceremonies.relying_party(request)
    context = {
        "asked": ceremonies.ask_to_make(party, request.user) if party else None,
        "why_not": ceremonies.why_no_passkeys(request),
        "refusal": refusal,
        "longest": passkeys.LONGEST_NAME,
    }
    return render(request, "accounts/passkey_new.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name for it."""
    found, refusal = _own(request, pk), ""
    if request.method == "POST":
        try:
            passkeys.rename(passkey=found, name=request.POST.get("name", ""), by=request.user)
            return done("renamed")
        except Refused as error:
            refusal = str(error)
    context = {"name": found.wrap().name, "refusal": refusal, "longest": passkeys.LONGEST_NAME}
    return render(request, "accounts/passkey.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def passkey_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks, then forgets it. Nobody is asked for a proof for what there is not."""
    found = _own(request, pk)
    if not recently_proved(request):
        return see_other(request, proof_url(request))
    what = _("the passkey “%(name)s”") % {"name": found.wrap().name}
    return removal(request, what=what, act=lambda: passkeys.remove(passkey=found, by=request.user))


def _own(request: SignedInRequest, pk: int) -> Authenticator:
    mine = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    return get_object_or_404(mine.select_related("user"), pk=pk)


def _add(request: SignedInRequest) -> list[str]:
    """Raises Refused."""
    party, person = ceremonies.relying_party(request), request.user
    if party is None:
        raise Refused(ceremonies.why_no_passkeys(request))
    answer, state = request.POST.get("credential", ""), request.POST.get("state", "")
    credential = ceremonies.made(party, person, answer=answer, state=state)
    name = request.POST.get("name", "")
    return retrying(lambda: passkeys.add(person=person, credential=credential, name=name, by=person))


def _person_of(request: HttpRequest) -> User:
    """Whose passkey answered. Raises TooManyAttempts, Refused; the journal has both."""
    address = client_address(request)
    try:
        attempt = attempts.begin(door=Door.PASSKEY, about="passkey", address=address)
    except TooManyAttempts:
        refused(request, None, "limit")
        raise
    party, answer = ceremonies.relying_party(request), request.POST.get("credential", "")
    person = User.objects.active().filter(pk=ceremonies.whose(answer) or 0).first()
    try:
        if party is None or person is None:
            raise Refused(ceremonies.why_no_passkeys(request) or _("This passkey is not known here."))
        passkeys.show(party=party, person=person, answer=answer, state=request.POST.get("state", ""), is_named=False)
    except Refused:
        refused(request, person, "passkey")
        raise
    attempts.succeed(attempt=attempt)
    return person
