"""Where a site sends people to sign in, and what they see of it: usually nothing."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.sso import proofs
from helpdesk.accounts.sso.actions import visits
from helpdesk.accounts.sso.enums import Scope
from helpdesk.accounts.sso.sites.asking import Asked, Declined, Unfit, read
from helpdesk.accounts.sso.sites.validator import needs_consent
from helpdesk.accounts.stepping_up import owes_second_factor
from helpdesk.core.http import SeeOther, render


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def authorization(request: HttpRequest) -> HttpResponse:
    """The authorization endpoint. A GET writes, as the protocol has it: the code, and the visit it belongs to."""
    if request.method == "POST":  # section 3.1.2.1: by either method; nothing happens before the GET
        return SeeOther(f"{request.path}?{request.POST.urlencode()}")
    viewer = request.user if isinstance(request.user, User) else None
    try:
        return _answer(request, viewer, read(request.GET, viewer))
    except Unfit as refusal:
        return render(request, "sso/unfit.html", {"refusal": str(refusal)}, status=400)
    except Declined as declined:
        return _sent(declined.url)


def _answer(request: HttpRequest, viewer: User | None, asked: Asked) -> HttpResponse:
    since = proofs.asked_again_at(request, asked.challenge) if "login" in asked.prompt else None
    if viewer is None:
        return _led("account_login", request.GET)
    if obstacle := _obstacle(request, viewer, asked, since):
        return obstacle
    if needs_consent(asked.site, viewer, asked.scopes) or _asks_consent(request, asked):
        return _consent_page(request, asked)
    code = visits.enter(
        site=asked.site,
        by=viewer,
        session_key=request.session.session_key or "",
        entered_at=proofs.proved_at(request, viewer),
        methods=proofs.methods_of(request, viewer),
        asked={
            "redirect_uri": asked.redirect_uri,
            "scopes": asked.scopes,
            "nonce": asked.nonce,
            "challenge": asked.challenge,
        },
    )
    return _sent(asked.granted(code))


def _obstacle(request: HttpRequest, viewer: User, asked: Asked, since: datetime | None) -> HttpResponse | None:
    """The page that somebody signed in has to see first, or sees instead; to a silent request it is an error."""
    if owes_second_factor(request.session, viewer):
        if "none" in asked.prompt:
            raise asked.decline("interaction_required")
        return SeeOther(reverse("second_factor_owed"))
    if not asked.site.admits(viewer.role):
        visits.refuse_entry(site=asked.site, by=viewer)
        if "none" in asked.prompt:
            raise asked.decline("access_denied")
        return render(request, "sso/not_admitted.html", {"site": asked.site, "back": _declined(asked)}, status=403)
    if _is_to_prove(asked, since, proofs.proved_at(request, viewer)):
        if "none" in asked.prompt:
            raise asked.decline("login_required")
        return _led("proof", request.GET)
    return None


@login_not_required
@require_safe
def resumption(request: HttpRequest) -> HttpResponse:
    """The way from a form of ours to a site leads over this page."""
    return onward(request, f"{reverse('sso:authorization')}?{request.GET.urlencode()}")


@require_POST
def consent(request: SignedInRequest) -> HttpResponse:
    """The person was asked whether a site may know them. Whatever they say, the site hears of it from the GET."""
    query = QueryDict(request.POST.get("query", ""))
    try:
        asked = read(query, request.user)
    except (Unfit, Declined) as error:
        raise PermissionDenied from error
    if "agree" not in request.POST:
        return onward(request, _declined(asked))
    visits.consent(site=asked.site, by=request.user, scopes=asked.scopes)
    request.session["sso_consented"] = asked.challenge
    return SeeOther(f"{reverse('sso:resumption')}?{query.urlencode()}")


def onward(request: HttpRequest, url: str) -> HttpResponse:
    """A page that leads on to `url` by itself, and by a link.

    Browsers follow a form's redirects only to where `form-action` allows, which is nowhere but here. This page is the
    end of the form.
    """
    answer = render(request, "sso/resumption.html", {"onward": url})
    answer["Refresh"] = f"0; url={url}"
    return answer


def _is_to_prove(asked: Asked, since: datetime | None, proved: datetime) -> bool:
    """Whether the site wants a proof that is newer than what there is (`prompt=login`, `max_age`)."""
    if asked.max_age is not None and (timezone.now() - proved).total_seconds() > max(asked.max_age, 1):
        return True
    return since is not None and proved < since


def _asks_consent(request: HttpRequest, asked: Asked) -> bool:
    """The site wants the person asked once more, and this is not the way back from the page that asked."""
    return "consent" in asked.prompt and request.session.pop("sso_consented", None) != asked.challenge


def _consent_page(request: HttpRequest, asked: Asked) -> HttpResponse:
    if "none" in asked.prompt:
        raise asked.decline("consent_required")
    told = [Scope(scope).label for scope in asked.scopes if scope in Scope.values]
    context = {"site": asked.site, "told": told, "query": request.META.get("QUERY_STRING", "")}
    return render(request, "sso/consent.html", context)


def _declined(asked: Asked) -> str:
    return asked.decline("access_denied").url


def _led(name: str, query: QueryDict) -> HttpResponse:
    """To a page of ours with a form, and from there back to the request."""
    back = f"{reverse('sso:resumption')}?{query.urlencode()}"
    return SeeOther(f"{reverse(name)}?{urlencode({'next': back})}")


def _sent(url: str) -> HttpResponse:
    """To a site; not Django's redirect, which knows no addresses of apps."""
    return HttpResponse(status=303, headers={"Location": url, "Referrer-Policy": "no-referrer"})
