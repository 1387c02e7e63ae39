"""Client companies: the list, the card, and the changes made on it."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.actions.details import add_organisation, change_organisation, mark_of_organisation
from helpdesk.accounts.actions.notes import write_note
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.forms.customers import NoteForm, OrganisationForm
from helpdesk.accounts.models import Note, Organisation
from helpdesk.accounts.permissions import can_edit_customers
from helpdesk.accounts.queries import organisations_found, people_of
from helpdesk.accounts.registries import organisation_panels
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.views.desk.page import (
    NOTES_SHOWN,
    done_or_refused,
    load_organisation,
    notes_about,
    panels_of,
    show,
    words_of,
)
from helpdesk.core.decorators import door, staff_required
from helpdesk.core.http import SeeOther
from helpdesk.core.meanwhile import told_meanwhile
from helpdesk.core.paging import page_by_text

PEOPLE_SHOWN = 20


@staff_required
@door(Capability.SEE_CUSTOMERS)
@require_safe
def organisations(request: StaffRequest) -> HttpResponse:
    """Client companies by name, fifty at a time."""
    words = words_of(request, "q")
    page = page_by_text(organisations_found(request.user, words), by="name", cursor=request.GET.get("cursor", ""))
    address = f"?{urlencode({'q': words})}&cursor=" if words else "?cursor="
    context = {
        "rows": page.rows,
        "words": words,
        "before_url": address + page.newer if page.newer else "",
        "after_url": address + page.older if page.older else "",
        "can_add": can_edit_customers(request.user),
    }
    return show(request, "accounts/desk/organisations.html", context)


@staff_required
@door(Capability.SEE_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_organisation(request: StaffRequest) -> HttpResponse:
    """Write a client company down; a good POST leads to its card."""
    if not can_edit_customers(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, OrganisationForm())
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    added, status = done_or_refused(form, partial(add_organisation, details=form.details(), by=request.user))
    return _form(request, form, status=status) if added is None else SeeOther(_url(added))


@staff_required
@door(Capability.SEE_CUSTOMERS)
@require_safe
def organisation(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything known of the company."""
    return _card(request, load_organisation(request, pk))


@staff_required
@door(Capability.SEE_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_details(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is said of the company; a good POST leads back to the card."""
    found = load_organisation(request, pk)
    if not can_edit_customers(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, OrganisationForm(organisation=found), found)
    form = OrganisationForm(request.POST, organisation=found)
    if not form.is_valid():
        return _form(request, form, found, status=422)
    seen = request.POST.get("seen")
    change = partial(change_organisation, organisation=found, details=form.details(), by=request.user, seen=seen)
    changed, status = done_or_refused(form, change)
    if changed is None:
        return _form(request, form, load_organisation(request, pk), status=status)
    return SeeOther(_url(found))


@staff_required
@door(Capability.SEE_CUSTOMERS)
@require_POST
def organisation_notes(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a note about the company."""
    found = load_organisation(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _card(request, found, note_form=form, status=422 if can_edit_customers(request.user) else 403)
    note, status = done_or_refused(
        form, partial(write_note, about=found, text=form.cleaned_data["text"], by=request.user)
    )
    return _card(request, found, note_form=form, status=status) if note is None else SeeOther(_url(found))


def _url(organisation: Organisation) -> str:
    return reverse("people:organisation", args=[organisation.pk])


def _form(
    request: StaffRequest, form: OrganisationForm, organisation: Organisation | None = None, *, status: int = 200
) -> HttpResponse:
    back = _url(organisation) if organisation else reverse("people:organisations")
    context = {"form": form, "organisation": organisation, "back_url": back}
    if organisation:
        now = OrganisationForm(organisation=organisation).initial
        context |= told_meanwhile(request, form, mark=mark_of_organisation(organisation), now=now)
    return show(request, "accounts/desk/organisation_form.html", context, status=status)


def _card(
    request: StaffRequest, organisation: Organisation, *, note_form: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    page = page_by_text(
        people_of(organisation, request.user), by="name", cursor=request.GET.get("people", ""), size=PEOPLE_SHOWN
    )
    may_edit = can_edit_customers(request.user)
    context: dict[str, Any] = {
        "organisation": organisation,
        "people": page.rows,
        "before_url": f"?people={page.newer}" if page.newer else "",
        "after_url": f"?people={page.older}" if page.older else "",
        "notes": notes_about(Note.objects.filter(organisation=organisation).latest_first()[:NOTES_SHOWN], request.user),
        "note_form": (note_form or NoteForm()) if may_edit else None,
        "may_edit": may_edit,
        "panels": panels_of(organisation_panels, organisation, request),
    }
    return show(request, "accounts/desk/organisation.html", context, status=status)
