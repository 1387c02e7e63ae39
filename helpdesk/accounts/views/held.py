"""A form that waited for a proof goes on."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.holding import held as find
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.stepping_up import proof_url, recently_proved
from helpdesk.core.http import SeeOther, render


@require_safe
def held(request: SignedInRequest) -> HttpResponse:
    """Shown to whoever has proved who they are; their click sends what they had sent. No cache keeps the page."""
    if not recently_proved(request):
        return SeeOther(proof_url(request))
    found = find(request, request.GET.get("key", ""))
    answer = render(request, "accounts/held.html", {"held": found}, status=200 if found else 410)
    answer["Cache-Control"] = "no-store"
    return answer
