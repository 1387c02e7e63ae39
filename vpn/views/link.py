"""The page behind a link in a letter: takes a key once, or says that it is not wanted."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.core.errors import Refused
from helpdesk.core.http import render
from helpdesk.core.middleware import client_address
from helpdesk.core.retrying import retrying
from vpn.actions.disputing import dispute
from vpn.actions.downloading import Spent, can_be_handed_out, take_by_link
from vpn.actions.linking import find_link
from vpn.enums import BundleFormat
from vpn.forms.taking import TakingForm
from vpn.models import DownloadLink
from vpn.views.handing import hand_out, hushed, offers

PAGE, GONE, CODE = "vpn/link.html", "vpn/link_gone.html", "vpn/code.html"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def key_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET shows what there is and changes nothing, for mail scanners open every link; a POST takes the key."""
    link = find_link(secret)
    if link is None:
        return _gone(request, secret, None, status=404)
    if not _hands_out(link):
        return _gone(request, secret, link)
    if request.method != "POST":
        return _page(request, secret, link)
    form = TakingForm(request.POST, engine=link.key.engine)
    if not form.is_valid():
        return _page(request, secret, link, form=form)
    return _take(request, secret, link, form)


@login_not_required
@require_POST
def key_dispute(request: HttpRequest, secret: str) -> HttpResponse:
    """“This was not me”: the key is blocked now."""
    told = partial(dispute, secret=secret, address=client_address(request), browser=_browser(request))
    try:
        key = retrying(told)
    except Spent:
        return _gone(request, secret, None, status=404)
    return hushed(render(request, "vpn/link_disputed.html", {"key": key}))


def _take(request: HttpRequest, secret: str, link: DownloadLink, form: TakingForm) -> HttpResponse:
    wanted = BundleFormat(form.cleaned_data["form"])
    take = partial(
        take_by_link,
        secret=secret,
        wanted=wanted,
        passphrase=form.cleaned_data["passphrase"],
        address=client_address(request),
        browser=_browser(request),
    )
    try:
        bundle = retrying(take)
    except Spent:
        return _gone(request, secret, link)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, secret, link, form=form)
    return hand_out(request, bundle, wanted=wanted, template=CODE, key=link.key)


def _hands_out(link: DownloadLink) -> bool:
    is_open = DownloadLink.objects.open().filter(pk=link.pk).exists()
    return is_open and can_be_handed_out(link.key)


def _page(request: HttpRequest, secret: str, link: DownloadLink, form: TakingForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {"key": link.key, "link": link, "secret": secret, "form": form, **offers(link.key)}
    return hushed(render(request, PAGE, context, status=422 if form else 200))


def _gone(request: HttpRequest, secret: str, link: DownloadLink | None, status: int = 410) -> HttpResponse:
    """What to do now; whoever has a link that was good may still say that it was not them."""
    return hushed(render(request, GONE, {"link": link, "secret": secret}, status=200 if _is_notice(link) else status))


def _is_notice(link: DownloadLink | None) -> bool:
    return link is not None and link.is_notice


def _browser(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")
