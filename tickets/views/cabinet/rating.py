"""A customer says how it was."""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from tickets.actions.rating import rate
from tickets.forms.cabinet import AnswerForm
from tickets.forms.rating import RatingForm
from tickets.views.cabinet.page import act, load, page


@customer_required
@require_POST
def rating(request: CustomerRequest, number: int) -> HttpResponse:
    """Good, so-so or bad, and a word; again to change it."""
    ticket, form = load(request, number), RatingForm(request.POST)
    if not form.is_valid():
        return page(request, ticket, AnswerForm(), rating=form, status=422)
    said = form.cleaned_data
    action = partial(rate, ticket=ticket, by=request.user, score=said["score"], words=said["words"])
    return act(request, ticket, action, form=AnswerForm())
