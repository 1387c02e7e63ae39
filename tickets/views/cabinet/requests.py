"""All requests of a customer, or of their organisation."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from helpdesk.core.http import render
from helpdesk.core.paging import page_of
from tickets.models import Ticket
from tickets.views.cabinet.frame import frame
from tickets.views.cabinet.rows import lines_of

ROWS = 20
ORGANISATION = "organisation"


@customer_required
@require_safe
def requests(request: CustomerRequest) -> HttpResponse:
    """My requests, latest first; with `?of=organisation` everybody's, for whoever may see those."""
    user = request.user
    of = ORGANISATION if request.GET.get("of") == ORGANISATION and _sees_organisation(user) else ""
    found = Ticket.objects.visible_to(user)
    found = found.filter(organisation=user.organisation_id) if of else found.involving(user)
    page = page_of(found.for_list(), by="active_at", cursor=request.GET.get("cursor", ""), size=ROWS)
    context = {
        "lines": lines_of(page.rows, user=user, now=timezone.now()),
        "newer_url": _url(of, page.newer) if page.newer else "",
        "older_url": _url(of, page.older) if page.older else "",
        "tabs": _tabs(of) if _sees_organisation(user) else [],
        **frame(user, current="requests"),
    }
    return render(request, "tickets/cabinet/requests.html", context)


def _sees_organisation(user: User) -> bool:
    return user.can(Capability.SEE_ORGANISATION_TICKETS) and user.organisation_id is not None


def _tabs(of: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Mine"), "url": _url(""), "current": not of},
        {"label": _("Everybody’s in the company"), "url": _url(ORGANISATION), "current": bool(of)},
    ]


def _url(of: str, cursor: str = "") -> str:
    words = "&".join(f"{name}={value}" for name, value in (("of", of), ("cursor", cursor)) if value)
    return f"{reverse('cabinet:requests')}?{words}".rstrip("?")
