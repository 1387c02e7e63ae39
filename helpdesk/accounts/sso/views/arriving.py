"""Somebody came from a provider and it was believed: in by allauth's `perform_login`, so that the second factor of ours
is asked where it is due."""

import time
from typing import Any

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from helpdesk.accounts.actions import attempts
from helpdesk.accounts.enums import Door, Factor, Way
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.sso.actions import identities
from helpdesk.accounts.sso.actions.identities import NotLetIn, ToProve
from helpdesk.accounts.sso.enums import Purpose
from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.accounts.sso.outside.said import Said
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.middleware import client_address

FLOWS, PENDING = "sso_flows", "sso_pending"
FLOW_SECONDS, PENDING_SECONDS = 600, 900
MOST_FLOWS = 5


def keep_flow(request: HttpRequest, state: str, kept: dict[str, Any]) -> None:
    """In the session that began it, and nowhere else: who comes back with the state in another browser is nobody."""
    flows = {name: flow for name, flow in _flows(request).items() if time.time() - flow["at"] < FLOW_SECONDS}
    while len(flows) >= MOST_FLOWS:
        flows.pop(min(flows, key=lambda name: flows[name]["at"]))
    request.session[FLOWS] = {**flows, state: {**kept, "at": int(time.time())}}


def take_flow(request: HttpRequest, provider: IdentityProvider, state: str) -> dict[str, Any] | None:
    """What was kept, once; None when this session began nothing of the kind."""
    flows = _flows(request)
    flow: dict[str, Any] | None = flows.pop(state, None)
    if flow is None or flow["provider"] != provider.pk or time.time() - flow["at"] >= FLOW_SECONDS:
        return None
    request.session[FLOWS] = flows
    return flow


def begin_attempt(request: HttpRequest) -> Any:
    """Raises TooManyAttempts: each callback costs a request to the provider."""
    return attempts.begin(door=Door.OUTSIDE, about="", address=client_address(request))


def arrived(request: HttpRequest, provider: IdentityProvider, said: Said, flow: dict[str, Any]) -> HttpResponse:
    """In, or to the page that asks who they are here."""
    if flow.get("purpose") == Purpose.LINK:
        return _linked(request, provider, said)
    try:
        found = identities.arrive(provider=provider, said=said)
    except NotLetIn as refusal:
        return refused(request, provider, refusal)
    if isinstance(found, ToProve):
        request.session[PENDING] = {"provider": provider.pk, "said": said.as_json(), "at": int(time.time())}
        return SeeOther(reverse("sso:linking"))
    return enter(request, provider, said, found, flow.get("next") or "/")


def enter(request: HttpRequest, provider: IdentityProvider, said: Said, person: User, next_path: str) -> HttpResponse:
    """Sign the person in. Where the provider's second factor counts, and it says there was one, ours is not asked."""
    facts: dict[str, str] = {"way": Way.OUTSIDE.value}
    if provider.proves_second and said.has_second:
        facts["factor"] = Factor.OUTSIDE.value
    answer: HttpResponse = perform_login(request, person, redirect_url=next_path, signal_kwargs=facts)
    return answer


def refused(request: HttpRequest, provider: IdentityProvider, refusal: Refused, *, status: int = 403) -> HttpResponse:
    """Nobody is let in; whoever was in before still is. One line in the journal, the same line on the page."""
    identities.refuse(provider=provider, reason=str(refusal))
    return render(request, "sso/refused.html", {"provider": provider, "refusal": str(refusal)}, status=status)


def unknown_flow(request: HttpRequest, provider: IdentityProvider, *, is_told: bool) -> HttpResponse:
    """The answer belongs to no sign-in of this browser: begun elsewhere, long ago, or by somebody else."""
    if is_told:
        identities.refuse(provider=provider, reason="state")
    return render(request, "sso/refused.html", {"provider": provider, "refusal": ""}, status=400)


def not_believed(request: HttpRequest, provider: IdentityProvider, refusal: NotBelieved) -> HttpResponse:
    return refused(request, provider, refusal)


def pending(request: SignedInRequest) -> tuple[IdentityProvider, Said] | None:
    """What waits in this session to be linked to whoever proves themselves here."""
    waiting = request.session.get(PENDING)
    if not isinstance(waiting, dict) or not 0 <= time.time() - waiting["at"] < PENDING_SECONDS:
        return None
    provider = IdentityProvider.objects.filter(pk=waiting["provider"], is_active=True).first()
    return (provider, Said(**waiting["said"])) if provider is not None else None


def _linked(request: HttpRequest, provider: IdentityProvider, said: Said) -> HttpResponse:
    assert isinstance(request.user, User), "only who is signed in can begin to link"
    try:
        identities.link(provider=provider, said=said, by=request.user)
    except Refused as refusal:
        return refused(request, provider, refusal)
    return SeeOther(reverse("security"))


def _flows(request: HttpRequest) -> dict[str, Any]:
    found = request.session.get(FLOWS)
    return dict(found) if isinstance(found, dict) else {}
