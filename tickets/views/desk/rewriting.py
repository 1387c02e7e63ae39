"""A note written anew, deleted, and what it said before."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions.rewriting import ChangedMeanwhile, delete_note, edit_note
from tickets.enums import MessageKind
from tickets.forms.rewriting import NoteTextForm
from tickets.models import Message
from tickets.permissions import can_change_message, can_delete_message
from tickets.views.desk.frame import frame
from tickets.views.desk.page import load_message


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: StaffRequest, pk: int) -> HttpResponse:
    """The note in a form; saved, it leads to where it stands. A refusal is the form with what was typed, and where
    somebody else was quicker with what the note says now."""
    message = load_message(request, pk)
    if not can_change_message(request.user, message):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, message, NoteTextForm(initial={"text": message.text, "version": message.version}))
    form = NoteTextForm(request.POST)
    if not form.is_valid():
        return _form(request, message, form, status=422)
    try:
        retrying(partial(edit_note, message=message, by=request.user, **form.cleaned_data))
    except ChangedMeanwhile as refusal:
        now = load_message(request, pk)
        form = NoteTextForm(form.cleaned_data | {"version": now.version})
        form.add_error(None, str(refusal))
        return _form(request, now, form, meanwhile=now, status=422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _form(request, message, form, status=422)
    return SeeOther(_place(message))


@staff_required
@require_POST
def deletion(request: StaffRequest, pk: int) -> HttpResponse:
    """The note is gone for good; leads to its ticket."""
    message = load_message(request, pk)
    form = NoteTextForm(initial={"text": message.text, "version": message.version})
    try:
        retrying(partial(delete_note, message=message, by=request.user))
    except NotAllowed as refusal:
        return _form(request, message, form, refusal=str(refusal), status=403)
    except Refused as refusal:
        return _form(request, message, form, refusal=str(refusal), status=422)
    return SeeOther(reverse("desk:ticket", args=[message.ticket.number]))


@staff_required
@require_safe
def earlier_words(request: StaffRequest, pk: int) -> HttpResponse:
    """All that a note said, the latest first; 404 for what is no note."""
    message = load_message(request, pk)
    if message.kind != MessageKind.NOTE:
        raise Http404
    words = list(message.earlier_words.select_related("written_by").order_by("-version"))
    context = {"message": message, "ticket": message.ticket, "words": words, "place": _place(message)}
    return render(request, "tickets/desk/earlier_words.html", context | frame(request.user))


def _form(
    request: StaffRequest,
    message: Message,
    form: NoteTextForm,
    *,
    refusal: str = "",
    meanwhile: Message | None = None,
    status: int = 200,
) -> HttpResponse:
    form.fields["text"].widget.attrs["data-mentions"] = reverse("desk:ticket_colleagues", args=[message.ticket.number])
    context: dict[str, Any] = {
        "message": message,
        "ticket": message.ticket,
        "form": form,
        "refusal": refusal,
        "meanwhile": meanwhile,
        "can_change": can_change_message(request.user, message),
        "can_delete": can_delete_message(request.user, message),
        "place": _place(message),
        **frame(request.user),
    }
    return render(request, "tickets/desk/editing.html", context, status=status)


def _place(message: Message) -> str:
    return f"{reverse('desk:ticket', args=[message.ticket.number])}#m{message.pk}"
