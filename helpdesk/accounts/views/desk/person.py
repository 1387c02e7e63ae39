"""The card of one customer, and the changes made on it."""

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.actions.details import add_contact, change_person, mark_of_person, remove_contact
from helpdesk.accounts.actions.notes import write_note
from helpdesk.accounts.actions.people import clear_bounce
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.forms.customers import ContactForm, NoteForm, PersonForm
from helpdesk.accounts.models import ContactPoint, Note, User
from helpdesk.accounts.permissions import can_edit, can_edit_customers, can_keep_address_book, can_see_access
from helpdesk.accounts.queries import likely_duplicates, people_known_to, standing_mergers
from helpdesk.accounts.registries import person_panels
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.views.desk.page import (
    NOTES_SHOWN,
    done_or_refused,
    load_person,
    notes_about,
    panels_of,
    show,
)
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused, ensure
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.meanwhile import told_meanwhile
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying

NOTES_BESIDE = 3
"""So many notes stand beside a ticket."""


@staff_required
@require_safe
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything known of the person that this member of staff may see."""
    return _card(request, load_person(request, pk))


@staff_required
@require_safe
def person_panels_beside(request: StaffRequest, pk: int) -> HttpResponse:
    """What stands beside the person's tickets and is loaded after the page; a page of its own without JavaScript."""
    found = load_person(request, pk)
    context: dict[str, Any] = {
        "customer": found,
        "notes": _notes(found, request.user, NOTES_BESIDE),
        "panels": panels_of(person_panels, found, request, beside_tickets=True),
        **_resembling(found, request.user),
    }
    if not wants_fragment(request):
        context |= frames["desk"](request.user, current="people")
    return render(request, "accounts/desk/person_panels.html", context, fragment="panels")


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_details(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is said of the person; a good POST leads back to the card."""
    found = load_person(request, pk)
    if not can_edit(request.user, found):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, PersonForm(person=found), found)
    form = PersonForm(request.POST, person=found)
    if not form.is_valid():
        return _form(request, form, found, status=422)
    seen = request.POST.get("seen")
    changed, status = done_or_refused(
        form, partial(change_person, person=found, details=form.details(), by=request.user, seen=seen)
    )
    return _form(request, form, load_person(request, pk), status=status) if changed is None else SeeOther(_url(found))


@staff_required
@require_POST
def person_notes(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a note about the person."""
    found = load_person(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _card(request, found, note_form=form, status=_status(can_edit_customers(request.user)))
    note, status = done_or_refused(
        form, partial(write_note, about=found, text=form.cleaned_data["text"], by=request.user)
    )
    return _card(request, found, note_form=form, status=status) if note is None else SeeOther(_url(found))


@staff_required
@require_POST
def person_contacts(request: StaffRequest, pk: int) -> HttpResponse:
    """One more address or number of theirs."""
    found = load_person(request, pk)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _card(request, found, contact_form=form, status=_status(can_edit(request.user, found)))
    point, status = done_or_refused(form, partial(add_contact, person=found, by=request.user, **form.cleaned_data))
    return _card(request, found, contact_form=form, status=status) if point is None else SeeOther(_url(found))


@staff_required
@require_POST
def contact_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """They are no longer reached there."""
    return _changed_contact(request, pk, lambda point: remove_contact(point=point, by=request.user))


@staff_required
@require_POST
def contact_clearing(request: StaffRequest, pk: int) -> HttpResponse:
    """Mail to the address is tried again."""

    def clear(point: ContactPoint) -> None:
        ensure(can_edit_customers(request.user))
        clear_bounce(point=point, by=request.user)

    return _changed_contact(request, pk, clear)


def _changed_contact(request: StaffRequest, pk: int, change: Any) -> HttpResponse:
    known = people_known_to(request.user).order_by().values("pk")
    point = get_object_or_404(ContactPoint.objects.select_related("user").filter(user__in=known), pk=pk)
    try:
        retrying(partial(change, point))
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return _card(request, load_person(request, point.user_id), refusal=str(refusal), status=status)
    return SeeOther(_url(point.user))


def _status(may: bool) -> int:
    return 422 if may else 403


def _url(person: User) -> str:
    return reverse("people:person", args=[person.pk])


def _form(request: StaffRequest, form: forms.Form, person: User, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "customer": person, "back_url": _url(person)}
    context |= told_meanwhile(request, form, mark=mark_of_person(person), now=PersonForm(person=person).initial)
    return show(request, "accounts/desk/person_form.html", context, status=status)


def _notes(person: User, user: User, most: int) -> list[dict[str, Any]]:
    return notes_about(Note.objects.filter(person=person).latest_first()[:most], user)


def _resembling(person: User, user: User) -> dict[str, Any]:
    may_merge = can_keep_address_book(user) and person.is_active
    return {"duplicates": likely_duplicates(person, user) if may_merge else []}


def _card(
    request: StaffRequest,
    person: User,
    *,
    note_form: NoteForm | None = None,
    contact_form: ContactForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user = request.user
    mergers = standing_mergers(person) if user.can(Capability.SEE_CUSTOMERS) else []
    merged_into = next((merger for merger in mergers if merger.merged_id == person.pk), None)
    may_edit = can_edit(user, person) and merged_into is None
    context = {
        "customer": person,
        "customer_name": str(person),
        "language_name": dict(settings.LANGUAGES).get(person.language, person.language),
        "points": list(person.contact_points.order_by("kind", "pk")),
        "merged_into": merged_into,
        "mergers": [merger for merger in mergers if merger.survivor_id == person.pk],
        "notes": _notes(person, user, NOTES_SHOWN),
        "note_form": (note_form or NoteForm()) if can_edit_customers(user) and merged_into is None else None,
        "contact_form": (contact_form or ContactForm(initial={"kind": ContactKind.EMAIL})) if may_edit else None,
        "contacts_opened": contact_form is not None,
        "refusal": refusal,
        "may_edit": may_edit,
        "sees_access": can_see_access(user),
        "may_merge": can_keep_address_book(user) and person.is_customer and merged_into is None,
        "sees_customers": user.can(Capability.SEE_CUSTOMERS),
        "panels": panels_of(person_panels, person, request),
        **_resembling(person, user),
    }
    return show(request, "accounts/desk/person.html", context, status=status)
