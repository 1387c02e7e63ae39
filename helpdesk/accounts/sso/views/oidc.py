"""The way back from an OpenID Connect provider."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.sso.enums import Kind
from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside import oidc
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.accounts.sso.views import arriving

LONGEST = 4000


@login_not_required
@require_GET
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    """A GET that signs in, as the protocol has it: the proof is the state that this session keeps, and each is good
    once. Whatever else comes changes nothing."""
    provider = get_object_or_404(IdentityProvider, slug=slug, is_active=True, kind=Kind.OIDC)
    state, code = request.GET.get("state", "")[:LONGEST], request.GET.get("code", "")[:LONGEST]
    flow = arriving.take_flow(request, provider, state)
    if flow is None:
        return arriving.unknown_flow(request, provider, is_told=bool(state))
    try:
        attempt = arriving.begin_attempt(request)
        _ensure_answered(request, provider, code)
        said = oidc.finish(provider, code=code, kept=flow)
    except NotBelieved as refusal:
        return arriving.not_believed(request, provider, refusal)
    except TooManyAttempts as refusal:
        return arriving.refused(request, provider, refusal, status=429)
    attempt.delete()
    return arriving.arrived(request, provider, said, flow)


def _ensure_answered(request: HttpRequest, provider: IdentityProvider, code: str) -> None:
    if error := request.GET.get("error", "")[:100]:
        raise NotBelieved(_("The provider let nobody in: %(why)s") % {"why": error})
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise NotBelieved(_("The answer comes from another provider than the one that was asked."))
    if not code:
        raise NotBelieved(_("The provider sent no code."))
