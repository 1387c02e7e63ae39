"""All requests of a customer, or of their organisation."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from helpdesk.core.http import render
from helpdesk.core.paging import page_of
from tickets.enums import FINISHED, Status
from tickets.models import Ticket
from tickets.views.cabinet.frame import frame
from tickets.views.cabinet.rows import lines_of

ROWS = 20
ORGANISATION = "organisation"
STATES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("All"), ()),
    "waiting": (gettext_lazy("Waiting for an answer"), (Status.WAITING,)),
    "work": (gettext_lazy("In work"), (Status.NEW, Status.OPEN, Status.ON_HOLD)),
    "solved": (pgettext_lazy("several requests", "Solved"), FINISHED),
}
"""What the list may be narrowed to, as customers say it."""


@customer_required
@require_safe
def requests(request: CustomerRequest) -> HttpResponse:
    """My requests, latest first; with `?of=organisation` everybody's, for whoever may see those. `?state=` narrows
    them; a word that means nothing narrows nothing."""
    user = request.user
    of = ORGANISATION if request.GET.get("of") == ORGANISATION and _sees_organisation(user) else ""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    seen = Ticket.objects.visible_to(user)
    found = seen.filter(organisation=user.organisation_id) if of else Ticket.objects.own_of(user)
    if state:
        found = found.filter(status__in=STATES[state][1])
    page = page_of(found.for_list(), by="active_at", cursor=request.GET.get("cursor", ""), size=ROWS)
    context = {
        "lines": lines_of(page.rows, user=user, now=timezone.now()),
        "newer_url": _url(of, state, page.newer) if page.newer else "",
        "older_url": _url(of, state, page.older) if page.older else "",
        "tabs": _tabs(of, state) if _sees_organisation(user) else [],
        "states": [
            {"label": str(label), "url": _url(of, word), "current": word == state}
            for word, (label, _statuses) in STATES.items()
        ],
        "is_narrowed": bool(state),
        **frame(user, current="requests"),
    }
    return render(request, "tickets/cabinet/requests.html", context)


def _sees_organisation(user: User) -> bool:
    return user.can(Capability.SEE_ORGANISATION_TICKETS) and user.organisation_id is not None


def _tabs(of: str, state: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Mine"), "url": _url("", state), "current": not of},
        {"label": _("Everybody’s in the company"), "url": _url(ORGANISATION, state), "current": bool(of)},
    ]


def _url(of: str, state: str, cursor: str = "") -> str:
    said = {name: word for name, word in (("of", of), ("state", state), ("cursor", cursor)) if word}
    return reverse("cabinet:requests", query=said or None)
