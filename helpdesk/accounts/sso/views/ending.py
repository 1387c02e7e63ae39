"""Signing out that begins at a site: OpenID Connect RP-Initiated Logout 1.0."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from oauthlib.common import add_params_to_uri

from helpdesk.accounts.sso.models import Site, Visit
from helpdesk.accounts.sso.sites.signing import read_hint
from helpdesk.accounts.sso.views.authorization import onward
from helpdesk.core.http import SeeOther, render

ASKED = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


@dataclass(frozen=True, slots=True)
class _Wish:
    """Who wants the person signed out, and where they want them led; `return_to` only if the site registered it."""

    site: Site | None
    hint: dict[str, Any] | None
    return_to: str


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """Whoever brings the ID token of a visit of this very session signs it out at once, here and so everywhere; anybody
    else only makes us ask."""
    query = request.POST if request.method == "POST" else request.GET
    wish = _read(query)
    if not request.user.is_authenticated:
        return _led_back(wish)
    if wish.hint is not None and _is_of_this_session(request, wish.hint):
        logout(request)
        return _led_back(wish)
    asked = {name: query[name] for name in ASKED if name in query}
    return render(request, "sso/end_session.html", {"site": wish.site, "query": urlencode(asked)})


@login_not_required
@require_POST
def end_session_confirmation(request: HttpRequest) -> HttpResponse:
    """The person said yes."""
    wish = _read(QueryDict(request.POST.get("query", "")))
    logout(request)
    return onward(request, wish.return_to) if wish.return_to else SeeOther(reverse("account_logout"))


def _read(query: QueryDict) -> _Wish:
    hint = read_hint(query.get("id_token_hint", ""))
    named = query.get("client_id", "") or (hint or {}).get("aud", "")
    site = None
    if isinstance(named, str) and "\x00" not in named:
        site = Site.objects.filter(id=named, is_active=True).first()
    if hint is not None and site is not None and hint["aud"] != site.id:
        hint = None
    return_to = query.get("post_logout_redirect_uri", "")
    if site is None or return_to not in site.return_list:
        return _Wish(site, hint, "")
    state = query.get("state", "")
    return _Wish(site, hint, str(add_params_to_uri(return_to, [("state", state)])) if state else return_to)


def _is_of_this_session(request: HttpRequest, hint: dict[str, Any]) -> bool:
    sid = str(hint.get("sid", ""))
    mine = Visit.objects.filter(session_key=request.session.session_key, user=request.user.pk)
    return any(sid == str(known) for known in mine.values_list("sid", flat=True))


def _led_back(wish: _Wish) -> HttpResponse:
    url = wish.return_to or reverse("account_logout")
    return HttpResponse(status=303, headers={"Location": url})
