"""The way back from a SAML provider, and what it is told of us."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.sso.actions import assertions
from helpdesk.accounts.sso.enums import Kind
from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside import saml
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.accounts.sso.outside.metadata import is_installed
from helpdesk.accounts.sso.views import arriving
from helpdesk.accounts.sso.views.authorization import onward


@login_not_required
@require_safe
def metadata(request: HttpRequest, slug: str) -> HttpResponse:
    """Our service provider, in XML. It stands here before the provider is switched on: that asks for it first."""
    provider = get_object_or_404(IdentityProvider, slug=slug, kind=Kind.SAML)
    if not is_installed():
        raise Http404
    return HttpResponse(saml.our_metadata(provider), content_type="application/samlmetadata+xml; charset=utf-8")


@csrf_exempt
@login_not_required
@require_POST
def acs(request: HttpRequest, slug: str) -> HttpResponse:
    """The assertion consumer. Its form comes from another site, so without our cookies: the signature is its proof, and
    the page that it leads to knows the session that asked."""
    provider = get_object_or_404(IdentityProvider, slug=slug, is_active=True, kind=Kind.SAML)
    try:
        attempt = arriving.begin_attempt(request)
        asserted = saml.read(provider, request.POST.get("SAMLResponse", ""))
        if not asserted.request_id and not provider.takes_unsolicited:
            raise NotBelieved(_("Nobody here asked for this sign-in: begin at our sign-in page."))
        ticket = assertions.take(provider=provider, asserted=asserted)
    except NotBelieved as refusal:
        return arriving.not_believed(request, provider, refusal)
    except TooManyAttempts as refusal:
        return arriving.refused(request, provider, refusal, status=429)
    attempt.delete()
    where = reverse("sso:saml_arrival", args=[provider.slug])
    return onward(request, f"{where}?ticket={ticket}&request={asserted.request_id}")


@login_not_required
@require_GET
def arrival(request: HttpRequest, slug: str) -> HttpResponse:
    """A GET that signs in, as the protocol has it: it needs the ticket of an assertion, good once, and the session that
    made the request which the assertion answers."""
    provider = get_object_or_404(IdentityProvider, slug=slug, is_active=True, kind=Kind.SAML)
    request_id, ticket = request.GET.get("request", ""), request.GET.get("ticket", "")
    flow = arriving.take_flow(request, provider, request_id) if request_id else {}
    if flow is None or (not request_id and not provider.takes_unsolicited):
        return arriving.unknown_flow(request, provider, is_told=bool(ticket and request_id))
    said = assertions.open_with(provider=provider, ticket=ticket, request_id=request_id)
    if said is None:
        return arriving.unknown_flow(request, provider, is_told=True)
    return arriving.arrived(request, provider, said, flow)
