"""A person's own keys to the API: what there is, a new one, the end of one. At the desk and in the cabinet alike.

A new one is given to whoever has proved lately who they are."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.actions import tokens as actions
from helpdesk.accounts.forms.tokens import NewTokenForm
from helpdesk.accounts.models import ApiToken
from helpdesk.accounts.requests import CustomerRequest, SignedInRequest, StaffRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.accounts.stepping_up import proof_url, recently_proved
from helpdesk.core.decorators import customer_required, staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render, see_other
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying

SHOWN = 100
TEMPLATES = {"desk": "accounts/desk/tokens.html", "cabinet": "accounts/cabinet/tokens.html"}


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_tokens(request: StaffRequest) -> HttpResponse:
    """Tokens of somebody of the staff; a POST issues one and shows it, once."""
    return _tokens(request, "desk")


@staff_required
@require_POST
def desk_token_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Revoke one's own token."""
    return _end(request, pk, "people:tokens")


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def cabinet_tokens(request: CustomerRequest) -> HttpResponse:
    """Tokens of a customer; a POST issues one and shows it, once."""
    return _tokens(request, "cabinet")


@customer_required
@require_POST
def cabinet_token_end(request: CustomerRequest, pk: int) -> HttpResponse:
    """Revoke one's own token."""
    return _end(request, pk, "keys:tokens")


def _tokens(request: SignedInRequest, door: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, door, NewTokenForm(person=request.user))
    if not recently_proved(request):
        return see_other(request, proof_url(request))
    form = NewTokenForm(request.POST, person=request.user)
    if not form.is_valid():
        return _page(request, door, form, status=422)
    asked = form.cleaned_data
    issue = partial(actions.issue_own, by=request.user, name=asked["name"], scopes=asked["scopes"], days=asked["days"])
    try:
        secret = retrying(issue)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, door, form, status=422)
    return _page(request, door, NewTokenForm(person=request.user), secret=secret)


def _end(request: SignedInRequest, pk: int, back: str) -> HttpResponse:
    retrying(lambda: actions.revoke_own(key=pk, by=request.user))
    return SeeOther(reverse(back))


def _page(
    request: SignedInRequest, door: str, form: NewTokenForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    """The page; with `secret` no cache and no history keeps it."""
    rows = ApiToken.objects.filter(user=request.user).order_by("-pk")[:SHOWN]
    end = "people:token_end" if door == "desk" else "keys:token_end"
    context: dict[str, Any] = {
        "form": form,
        "rows": [_row(row, reverse(end, args=[row.pk])) for row in rows],
        "secret": secret,
        "proof_url": "" if recently_proved(request) else proof_url(request),
        "back": reverse("desk:me" if door == "desk" else "cabinet:me"),
        **frames[door](request.user, current="me"),
    }
    response = render(request, TEMPLATES[door], context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _row(token: ApiToken, url: str) -> dict[str, Any]:
    words = dict(Scope.choices)
    return {
        "token": token,
        "url": url,
        "scopes": ", ".join(str(words.get(each, each)) for each in token.scopes),
        "state": _state_of(token),
    }


def _state_of(token: ApiToken) -> str:
    """ "" while it works."""
    if token.revoked_at is not None:
        return _("revoked")
    is_over = token.expires_at is not None and token.expires_at <= timezone.now()
    return _("ran out") if is_over else ""
