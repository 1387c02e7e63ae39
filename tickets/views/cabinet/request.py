"""One request, followed."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from tickets.forms.cabinet import AnswerForm
from tickets.views.cabinet.page import load, page


@customer_required
@require_safe
def request(request: CustomerRequest, number: int) -> HttpResponse:
    """What was said on it, and the form for an answer."""
    return page(request, load(request, number), AnswerForm())
