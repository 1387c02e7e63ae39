"""What a customer sets for themselves."""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from tickets.views.cabinet.frame import frame
from tickets.views.personal import personal_page


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: CustomerRequest) -> HttpResponse:
    """Name, language, time zone and colours."""
    return personal_page(request, "tickets/cabinet/me.html", partial(frame, request.user))
