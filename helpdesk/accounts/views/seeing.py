"""The administrator is themselves again."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk.accounts.actions import seeing
from helpdesk.accounts.models import Seeing
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.core.http import SeeOther


@require_POST
def seeing_end(request: SignedInRequest) -> HttpResponse:
    """End what is under way in this browser, and lead back to the person. What the browser kept of their pages goes."""
    key = request.session.pop(seeing.SESSION_KEY, None)
    found = Seeing.objects.filter(pk=key, administrator=request.user).first() if key else None
    if found is None:
        return SeeOther("/")
    seeing.end(seeing=found, by=request.user)
    back = reverse("admin:accounts_user_change", args=[found.person_id]) if request.user.is_superuser else "/"
    return SeeOther(back, headers={"Clear-Site-Data": '"cache"'})
