"""A customer says that a request is done with, or not yet."""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from tickets.actions.status import close, reopen
from tickets.forms.cabinet import AnswerForm
from tickets.views.cabinet.page import act, load


@customer_required
@require_POST
def closure(request: CustomerRequest, number: int) -> HttpResponse:
    """It is solved."""
    ticket = load(request, number)
    return act(request, ticket, partial(close, ticket=ticket, by=request.user), form=AnswerForm())


@customer_required
@require_POST
def reopening(request: CustomerRequest, number: int) -> HttpResponse:
    """It is not solved after all."""
    ticket = load(request, number)
    return act(request, ticket, partial(reopen, ticket=ticket, by=request.user), form=AnswerForm())
