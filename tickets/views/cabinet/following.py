"""A customer follows a request of a colleague, or no longer does."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from helpdesk.core.http import SeeOther
from helpdesk.core.retrying import retrying
from tickets.actions.following import follow, unfollow
from tickets.forms.cabinet import AnswerForm
from tickets.models import Ticket
from tickets.views.cabinet.page import act, load


@customer_required
@require_POST
def following(request: CustomerRequest, number: int) -> HttpResponse:
    """Get its answers from now on."""
    ticket = load(request, number)
    return act(request, ticket, partial(follow, ticket=ticket, by=request.user), form=AnswerForm())


@customer_required
@require_POST
def following_end(request: CustomerRequest, number: int) -> HttpResponse:
    """No more answers; back to the request, or to the list for whoever may no longer see it."""
    ticket = load(request, number)
    retrying(partial(unfollow, ticket=ticket, by=request.user))
    still = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    return SeeOther(reverse("cabinet:request", args=[number]) if still else reverse("cabinet:requests"))
