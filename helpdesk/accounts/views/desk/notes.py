"""Changing a note about a person or an organisation."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions.notes import edit_note
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.forms.customers import NoteForm
from helpdesk.accounts.models import Note, Organisation
from helpdesk.accounts.permissions import can_edit_customers
from helpdesk.accounts.queries import people_known_to
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.views.desk.page import done_or_refused, show
from helpdesk.core.decorators import door, staff_required
from helpdesk.core.http import SeeOther
from helpdesk.core.meanwhile import mark_of, told_meanwhile


@staff_required
@door(Capability.SEE_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_note(request: StaffRequest, pk: int) -> HttpResponse:
    """The note in a form; a good POST leads back to whom it is about."""
    people = people_known_to(request.user).order_by().values("pk")
    organisations = Organisation.objects.visible_to(request.user).order_by().values("pk")
    known = Note.objects.filter(Q(person__in=people) | Q(organisation__in=organisations))
    known = known.select_related("person", "organisation")
    note = get_object_or_404(known, pk=pk)
    if not can_edit_customers(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, NoteForm(initial={"text": note.text}), note)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _form(request, form, note, status=422)
    edited, status = done_or_refused(
        form,
        partial(edit_note, note=note, text=form.cleaned_data["text"], by=request.user, seen=request.POST.get("seen")),
    )
    return _form(request, form, known.get(pk=pk), status=status) if edited is None else SeeOther(_url(note))


def _url(note: Note) -> str:
    if note.person_id is not None:
        return reverse("people:person", args=[note.person_id])
    return reverse("people:organisation", args=[note.organisation_id])


def _form(request: StaffRequest, form: NoteForm, note: Note, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "about": str(note.person or note.organisation), "back_url": _url(note)}
    context |= told_meanwhile(request, form, mark=mark_of(note.text), now={"text": note.text})
    return show(request, "accounts/desk/note_form.html", context, status=status)
