"""The address book: finding people, and writing new ones down."""

from functools import partial
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.actions.details import add_person
from helpdesk.accounts.forms.customers import PersonForm
from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import can_edit_customers, can_keep_address_book
from helpdesk.accounts.queries import PeopleCriteria, address_book
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.views.desk.page import done_or_refused, show, words_of
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther
from helpdesk.core.paging import page_by_text


def criteria_of(request: StaffRequest) -> PeopleCriteria:
    """What the words of the address narrow the list to."""
    return PeopleCriteria(words=words_of(request, "q"), organisation=words_of(request, "organisation"))


@staff_required
@require_safe
def people(request: StaffRequest) -> HttpResponse:
    """Customers by name, fifty at a time."""
    criteria = criteria_of(request)
    found = address_book(request.user, criteria).select_related("organisation")
    page = page_by_text(found, by="name", cursor=request.GET.get("cursor", ""))
    given = {"q": criteria.words, "organisation": criteria.organisation}
    narrowing = urlencode({name: value for name, value in given.items() if value})
    address = f"?{narrowing}&cursor=" if narrowing else "?cursor="
    context = {
        "rows": page.rows,
        "criteria": criteria,
        "narrowing": narrowing,
        "before_url": address + page.newer if page.newer else "",
        "after_url": address + page.older if page.older else "",
        "can_add": can_edit_customers(request.user),
        "can_keep": can_keep_address_book(request.user),
    }
    return show(request, "accounts/desk/people.html", context)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: StaffRequest) -> HttpResponse:
    """Write a customer down; a good POST leads to their card."""
    if not can_edit_customers(request.user):
        raise PermissionDenied
    if request.method != "POST":
        initial = {"organisation": words_of(request, "organisation"), "email": words_of(request, "email")}
        return _form(request, PersonForm(initial=initial))
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    said = form.cleaned_data
    add = partial(add_person, details=form.details(), email=said["email"], phone=said["phone"], by=request.user)
    added, status = done_or_refused(form, add)
    return _form(request, form, status=status) if added is None else SeeOther(card_url(added))


def card_url(person: User) -> str:
    return reverse("people:person", args=[person.pk])


def _form(request: StaffRequest, form: PersonForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "customer": None, "back_url": reverse("people:people")}
    return show(request, "accounts/desk/person_form.html", context, status=status)
