"""Signing in with a password, and signing out."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.ceremonies import ask_to_show, relying_party
from helpdesk.accounts.enums import Way
from helpdesk.accounts.forms import LinkForm, SignInForm
from helpdesk.accounts.paths import safe_path
from helpdesk.accounts.registries import ways_in
from helpdesk.core.http import SeeOther, render, see_other, wants_fragment


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page with all ways in; `next` is a path of ours or is forgotten."""
    if wants_fragment(request):
        return _whole_page(request)
    next_path = safe_path(request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(next_path or "home")
        return sign_in_page(request, SignInForm(), next_path)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return sign_in_page(request, form, next_path, status=422)
    try:
        person = get_adapter().authenticate(
            request, email=form.cleaned_data["login"], password=form.cleaned_data["password"]
        )
    except TooManyAttempts as refusal:
        form.add_error(None, str(refusal))
        return sign_in_page(request, form, next_path, status=429)
    if person is None:
        form.add_error(None, _("This e-mail and password do not go together. Try again, or have a link sent to you."))
        return sign_in_page(request, form, next_path, status=422)
    answer: HttpResponse = perform_login(
        request, person, redirect_url=next_path or "/", signal_kwargs={"way": Way.PASSWORD.value}
    )
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """A POST ends the session; a GET only asks."""
    if request.method == "POST":
        logout(request)
        return SeeOther(request.path)
    return render(request, "accounts/sign_out.html", {"is_signed_in": request.user.is_authenticated})


@login_not_required
@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin's own door is closed: whoever comes there signs in where the limits count, or has no business."""
    if request.user.is_authenticated:
        raise PermissionDenied
    answer = redirect("account_login")
    if query := request.GET.urlencode():
        answer["Location"] += f"?{query}"
    return answer


def _whole_page(request: HttpRequest) -> HttpResponse:
    """A session ended under an open page: htmx must not put this form into the middle of it. Afterwards the person is
    back where they were."""
    here = safe_path(getattr(request, "htmx").current_url_abs_path or "")  # noqa: B009 - set by its middleware
    return see_other(
        request, f"{reverse('account_login')}?{urlencode({'next': here})}" if here else reverse("account_login")
    )


def sign_in_page(request: HttpRequest, form: SignInForm, next_path: str, *, status: int = 200) -> HttpResponse:
    """The page with what was refused, if anything was."""
    party = relying_party(request)
    context: dict[str, Any] = {
        "form": form,
        "link_form": LinkForm(),
        "next_path": next_path,
        "ways": [way for _name, ways in ways_in.items() for way in ways()],
        "asked": ask_to_show(party, None) if party else None,
    }
    return render(request, "accounts/sign_in.html", context, status=status)
