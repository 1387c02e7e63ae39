"""A request's conversation as a file."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from tickets.paper import PDF, conversation_pdf
from tickets.views.cabinet.page import load
from tickets.views.desk.paper import named


@customer_required
@require_safe
def paper(request: CustomerRequest, number: int) -> HttpResponse:
    """What was said on the request, as a PDF."""
    made = conversation_pdf(load(request, number), request.user)
    return HttpResponse(made, content_type=PDF, headers=named(number))
