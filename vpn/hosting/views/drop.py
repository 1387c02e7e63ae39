"""A customer opens a secure link, without signing in."""

from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from helpdesk.core.http import render
from vpn.hosting.actions.dropping import drop as hand_over
from vpn.hosting.actions.dropping import find
from vpn.hosting.forms import DropForm
from vpn.hosting.models import DropLink
from vpn.hosting.views.page import done_or_refused, unkept


@login_not_required
@sensitive_post_parameters("value")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET says who asks for what and changes nothing; the POST puts it into the vault. 410 for a link that has run
    out, was used or taken back. The page sends no path to anybody."""
    link = find(token)
    if link is None:
        return _gone(request)
    if request.method != "POST":
        return _page(request, link, DropForm())
    form = DropForm(request.POST)
    if not form.is_valid():
        return _page(request, link, form, status=422)
    done, status = done_or_refused(form, partial(_hand_over, token, form))
    if done is None:
        return _page(request, link, form, status=status)
    return _sealed(render(request, "vpn/hosting/drop_done.html", {"link": link})) if done else _gone(request)


@sensitive_variables()
def _hand_over(token: str, form: DropForm) -> bool:
    return hand_over(token=token, kind=form.cleaned_data["kind"], value=form.cleaned_data["value"]) is not None


def _gone(request: HttpRequest) -> HttpResponse:
    return _sealed(render(request, "vpn/hosting/drop_gone.html", {}, status=410))


def _page(request: HttpRequest, link: DropLink, form: DropForm, *, status: int = 200) -> HttpResponse:
    return _sealed(render(request, "vpn/hosting/drop.html", {"form": form, "link": link}, status=status))


def _sealed(response: HttpResponse) -> HttpResponse:
    response = unkept(response)
    response["Referrer-Policy"] = "strict-origin"
    return response
