"""Going to a provider, and what a person does with what they are known by outside."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.models import User
from helpdesk.accounts.paths import safe_path
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.sso.actions import identities, visits
from helpdesk.accounts.sso.enums import Kind, Purpose
from helpdesk.accounts.sso.models import IdentityProvider, OutsideIdentity, Visit
from helpdesk.accounts.sso.outside import oidc, saml
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.accounts.sso.views import arriving
from helpdesk.accounts.sso.views.authorization import onward
from helpdesk.accounts.stepping_up import owes_second_factor, proof_url, recently_proved
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render, see_other


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: HttpRequest, slug: str) -> HttpResponse:
    """A GET asks, a POST begins: what the answer must bring back is kept in the session, and a page leads to the
    provider."""
    provider = get_object_or_404(IdentityProvider, slug=slug, is_active=True)
    next_path = safe_path(request.POST.get("next") or request.GET.get("next") or "")
    wants_link = request.POST.get("purpose") == Purpose.LINK and isinstance(request.user, User)
    if request.method != "POST":
        return render(request, "sso/departure.html", {"provider": provider, "next_path": next_path})
    if wants_link and not may_link(request):
        return see_other(request, proof_url(request))
    kept = {"provider": provider.pk, "next": next_path, "purpose": Purpose.LINK if wants_link else Purpose.ENTER}
    try:
        if provider.kind == Kind.OIDC:
            url, own = oidc.begin(provider)
            arriving.keep_flow(request, own["state"], kept | own)
        else:
            url, request_id = saml.begin(provider)
            arriving.keep_flow(request, request_id, kept)
    except NotBelieved as refusal:
        return arriving.not_believed(request, provider, refusal)
    return onward(request, url)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def linking(request: HttpRequest) -> HttpResponse:
    """Somebody came whom we know by nothing that was proved. Who signs in here may say that it is them."""
    waiting = arriving.pending(request)  # type: ignore[arg-type]
    if waiting is None:
        return render(request, "sso/linking.html", {"provider": None}, status=410)
    provider, said = waiting
    if request.method == "POST" and isinstance(request.user, User):
        if not may_link(request):
            return see_other(request, proof_url(request))
        try:
            identities.link(provider=provider, said=said, by=request.user)
        except Refused as refusal:
            return arriving.refused(request, provider, refusal, status=422)
        del request.session[arriving.PENDING]
        return SeeOther(reverse("security"))
    login = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    context = {"provider": provider, "said": said, "login_url": login, "is_in": request.user.is_authenticated}
    return render(request, "sso/linking.html", context)


def may_link(request: HttpRequest) -> bool:
    """Whoever links lets another account in as themselves for good: that needs a proof of a moment ago, and the second
    factor where their role does."""
    person = request.user
    return isinstance(person, User) and recently_proved(request) and not owes_second_factor(request.session, person)


@require_POST
def identity_removal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Unlink. Everybody has another way in: a link sent to their address."""
    identity = get_object_or_404(OutsideIdentity.objects.select_related("user", "provider"), pk=pk, user=request.user)
    identities.unlink(identity=identity, by=request.user)
    return SeeOther(reverse("security"))


@require_POST
def visit_ending(request: SignedInRequest, pk: int) -> HttpResponse:
    """End being signed in at one site, in every browser."""
    visit = get_object_or_404(Visit.objects.open().select_related("site"), pk=pk, user=request.user)
    visits.leave(visit=visit, by=request.user)
    return SeeOther(reverse("security"))
