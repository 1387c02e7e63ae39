"""The switch of the colours in the person's menu."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.actions import personal
from helpdesk.accounts.paths import safe_path
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.stepping_up import opens_without_second_factor
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, wants_fragment


@opens_without_second_factor
@require_POST
def theme(request: SignedInRequest) -> HttpResponse:
    """Keeps the choice. A browser that runs the module shows it already (204); others are led back to their page."""
    try:
        personal.choose_theme(person=request.user, theme=request.POST.get("theme", ""), by=request.user)
    except Refused as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204) if wants_fragment(request) else SeeOther(_back(request))


def _back(request: HttpRequest) -> str:
    """The page on which the button was pressed, when it is one of ours."""
    came = urlsplit(request.headers.get("Referer", ""))
    here = came.path + (f"?{came.query}" if came.query else "")
    return (safe_path(here) if came.netloc == request.get_host() else "") or "/"
