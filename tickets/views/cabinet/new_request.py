"""Filing a request."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.models import Team
from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions.files import read_uploads
from tickets.actions.opening import file_request
from tickets.forms.cabinet import NewRequestForm
from tickets.forms.described import SHOW
from tickets.hinting import NOTHING, Told
from tickets.models import Ticket
from tickets.queries.definitions import current_definitions
from tickets.views.cabinet.frame import frame
from tickets.views.hints import told_in


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: CustomerRequest) -> HttpResponse:
    """The form; a good POST files the request and leads to it, a refused one shows the form again with 422,
    and so does one of whose words something is to be said first. One that
    asks to `show` what is asked in a category gives the form for it; so do the words of the address."""
    definitions = current_definitions()
    if request.method != "POST" or SHOW in request.POST:
        asked = request.POST if request.method == "POST" else request.GET
        return _form(request, NewRequestForm(definitions=definitions, to_staff=False, asked=asked))
    form = NewRequestForm(request.POST, request.FILES, definitions=definitions, to_staff=False)
    told = told_in(request, request.user)
    if form.is_valid() and not told.is_news:
        try:
            return SeeOther(reverse("cabinet:request", args=[retrying(partial(_file, request, form)).number]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, told=told, status=422)


def _file(request: CustomerRequest, form: NewRequestForm) -> Ticket:
    said = form.cleaned_data
    return file_request(
        by=request.user,
        subject=said["subject"],
        text=said["body"],
        files=read_uploads(said["attachments"]),
        team=Team.objects.first_to_answer(),
        category=form.category_word,
        fields=form.said,
        idempotency_key=form.idempotency_key,
    )


def _form(request: CustomerRequest, form: NewRequestForm, *, told: Told = NOTHING, status: int = 200) -> HttpResponse:
    """The page; to htmx, which asks for the fields of what was chosen, these alone."""
    context = {
        "form": form,
        "fields_url": reverse("cabinet:new_request"),
        "told": told,
        "hints_url": reverse("cabinet:hints"),
        **frame(request.user, current="requests"),
    }
    return render(request, "tickets/cabinet/new_request.html", context, fragment="described", status=status)
