"""Choosing a password; who forgot theirs proves their address with a link first."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.actions import attempts, passwords
from helpdesk.accounts.enums import Door, Way
from helpdesk.accounts.forms import LinkForm, PasswordForm
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.stepping_up import note_proof, proof_url, proved_without_password, recently_proved
from helpdesk.core.http import SeeOther, render, see_other
from helpdesk.core.middleware import client_address


@login_not_required
@require_safe
def password_reset(request: HttpRequest) -> HttpResponse:
    """A forgotten password is replaced after signing in by a link."""
    context = {"form": LinkForm(), "next_path": reverse("account_change_password"), "is_spent": False}
    return render(request, "accounts/password_reset.html", context)


@sensitive_post_parameters("current", "new")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: SignedInRequest) -> HttpResponse:
    """Another password. Other sessions end; this one goes on under a new key."""
    asks_current = request.user.has_usable_password() and not proved_without_password(request)
    if not asks_current and not recently_proved(request):
        return see_other(request, proof_url(request))
    if request.method != "POST":
        return _page(request, PasswordForm(user=request.user, asks_current=asks_current))
    form = PasswordForm(request.POST, user=request.user, asks_current=asks_current)
    try:
        attempt = attempts.begin(door=Door.PASSWORD, about=f"change:{request.user.pk}", address=client_address(request))
        if form.is_valid():
            changed = passwords.change(
                user=request.user,
                new=form.cleaned_data["new"],
                by=request.user,
                attempt=attempt,
                session_key=request.session.session_key or "",
            )
            update_session_auth_hash(request, changed)
            note_proof(request, changed, Way.PASSWORD)
            return SeeOther(f"{request.path}?changed")
    except attempts.TooManyAttempts as refusal:
        empty = PasswordForm(user=request.user, asks_current=asks_current)
        return _page(request, empty, refusal=str(refusal), status=429)
    except ValidationError as weak:
        form.add_error("new", weak)
    return _page(request, form, status=422)


def _page(request: SignedInRequest, form: PasswordForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "is_changed": "changed" in request.GET, "refusal": refusal}
    return render(request, "accounts/password.html", context, status=status)
