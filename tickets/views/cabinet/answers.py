"""A customer answers."""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from tickets.actions.conversation import answer
from tickets.actions.files import read_uploads
from tickets.forms.cabinet import AnswerForm
from tickets.models import Message, Ticket
from tickets.views.cabinet.page import act, load, page
from tickets.views.hints import told_in


@customer_required
@require_POST
def answers(request: CustomerRequest, number: int) -> HttpResponse:
    """Write on the request; what was typed stays when it is refused, or something is to be said of it first. `reopen`
    sends it to a closed one as well."""
    ticket = load(request, number)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, ticket, form, status=422)
    if (told := told_in(request, request.user)).is_news:
        return page(request, ticket, form, said_first=told, status=422)
    return act(request, ticket, partial(_answer, request, ticket, form), form=form)


def _answer(request: CustomerRequest, ticket: Ticket, form: AnswerForm) -> Message:
    said = form.cleaned_data
    return answer(
        ticket=ticket,
        by=request.user,
        text=said["body"],
        files=read_uploads(said["attachments"]),
        reopens="reopen" in request.POST,
        idempotency_key=form.idempotency_key,
    )
