"""The first page of the cabinet."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from helpdesk.core.http import render
from helpdesk.core.registries import cabinet_cards
from tickets.models import Ticket
from tickets.views.cabinet.frame import frame
from tickets.views.cabinet.rows import lines_of

LATEST = 5
MORNING, AFTERNOON, EVENING = 5, 12, 18


@customer_required
@require_safe
def home(request: CustomerRequest) -> HttpResponse:
    """A greeting and the latest of my requests, those that wait for me first."""
    found = Ticket.objects.own_of(request.user).for_list()
    latest = list(found.waiting_first()[:LATEST])
    context = {
        "greeting": _greeting(request.user.get_short_name()),
        "lines": lines_of(latest, user=request.user, now=timezone.now()),
        "cards": [card for _name, card in cabinet_cards.items() if card.is_for(request.user)],
        **frame(request.user),
    }
    return render(request, "tickets/cabinet/home.html", context)


def _greeting(name: str) -> str:
    hour = timezone.localtime().hour
    if MORNING <= hour < AFTERNOON:
        return _("Good morning, %(name)s") % {"name": name}
    if AFTERNOON <= hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}
