"""Category and fields of a ticket, changed in the side of its page or on a page of their own."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import render, wants_fragment
from helpdesk.core.retrying import retrying
from tickets.actions.describing import describe, mark
from tickets.forms.described import SHOW, FieldsForm
from tickets.models import Ticket
from tickets.permissions import can_work_tickets
from tickets.queries.definitions import definitions_for
from tickets.views.desk.frame import frame
from tickets.views.desk.page import answer, load


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: StaffRequest, number: int) -> HttpResponse:
    """The form; a good POST changes the ticket, one that asks to `show` gives the form for what it says."""
    ticket = load(request, number)
    if not can_work_tickets(request.user):
        raise PermissionDenied
    if request.method != "POST" or SHOW in request.POST:
        return _form(request, ticket, _asking(request, ticket))
    form = FieldsForm(request.POST, definitions=definitions_for(ticket), to_staff=True, before=ticket.fields)
    if form.is_valid():
        try:
            retrying(partial(_describe, request, ticket, form))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return answer(request, ticket)
    return _form(request, ticket, form, status=422)


def _asking(request: StaffRequest, ticket: Ticket) -> FieldsForm:
    definitions = definitions_for(ticket)
    category = definitions.category(ticket.category_id)
    return FieldsForm(
        definitions=definitions,
        to_staff=True,
        asked=request.POST if request.method == "POST" else None,
        before=ticket.fields,
        category=category.key if category else "",
    )


def _describe(request: StaffRequest, ticket: Ticket, form: FieldsForm) -> None:
    seen = form.cleaned_data["seen_mark"] or None
    describe(ticket=ticket, by=request.user, category=form.category_word, said=form.said, seen=seen)


def _form(request: StaffRequest, ticket: Ticket, form: FieldsForm, *, status: int = 200) -> HttpResponse:
    """To htmx the form alone, in the place of the panel whatever the request's target was."""
    around = {} if wants_fragment(request) else frame(request.user)
    seen = request.POST.get("seen_mark", "") if status == 200 and request.method == "POST" else mark(ticket)
    context = {"ticket": ticket, "form": form, "seen_mark": seen, **around}
    response = render(request, "tickets/desk/fields.html", context, fragment="panel", status=status)
    if wants_fragment(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#fields", "outerHTML"
    return response
