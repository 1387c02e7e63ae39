"""Sign-in links: asking for one, opening one."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.actions import links
from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.enums import Way
from helpdesk.accounts.forms import LinkForm
from helpdesk.accounts.paths import safe_path
from helpdesk.core.http import SeeOther, render
from helpdesk.core.middleware import client_address

STEP_SECONDS = 0.2
"""Far longer than either outcome takes, so that the clock does not tell whether an address is known."""

Answer = Callable[..., HttpResponse]


def _in_equal_time(view: Answer) -> Answer:
    """A POST is answered on the next whole step after it came, also where a busy machine took more than one."""

    @wraps(view)
    def timed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        start = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(STEP_SECONDS - (time.monotonic() - start) % STEP_SECONDS)
        return response

    return timed


@login_not_required
@_in_equal_time
@require_http_methods(["GET", "HEAD", "POST"])
def link_request(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether or not anybody has the address."""
    next_path = safe_path(request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        return _form(request, LinkForm(), next_path)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _form(request, form, next_path, status=422)
    try:
        links.ask(
            address=form.cleaned_data["address"],
            next_path=next_path,
            from_address=client_address(request),
            language=get_language() or "",
        )
    except TooManyAttempts as refusal:
        form.add_error(None, str(refusal))
        return _form(request, form, next_path, status=429)
    return SeeOther(reverse("sign_in_link_sent"))


@login_not_required
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Says to look into the mail."""
    return render(request, "accounts/link_sent.html", {})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET shows one button and changes nothing, for mail scanners open every link; the POST signs in.

    The page sends no path to anybody. Its policy is not `no-referrer`: with that, browsers send `Origin: null` along
    with the POST, which no check of the origin can tell from a stranger's.
    """
    found = links.use(secret=secret) if request.method == "POST" else links.find(secret)
    response = _use(request, found) if found else _form(request, LinkForm(), "", is_spent=True, status=410)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _use(request: HttpRequest, found: Any) -> HttpResponse:
    if request.method != "POST":
        context = {"address": found.address, "person": found.user, "is_other": _is_somebody_else(request, found.user)}
        return render(request, "accounts/link.html", context)
    answer: HttpResponse = perform_login(
        request, found.user, redirect_url=found.next_path or "/", signal_kwargs={"way": Way.LINK.value}
    )
    return answer


def _is_somebody_else(request: HttpRequest, person: Any) -> bool:
    return request.user.is_authenticated and request.user != person


def _form(
    request: HttpRequest, form: LinkForm, next_path: str, *, is_spent: bool = False, status: int = 200
) -> HttpResponse:
    context = {"form": form, "next_path": next_path, "is_spent": is_spent}
    return render(request, "accounts/link_request.html", context, status=status)
