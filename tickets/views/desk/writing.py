"""Replies, notes and forwards: what an agent writes on a ticket."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from tickets.actions import conversation
from tickets.actions.files import read_uploads, upload, uploads_of
from tickets.actions.pages import Page
from tickets.actions.scheduling import schedule
from tickets.forms.composer import ComposerForm, ForwardForm, NoteForm, ReplyForm, SendingForm, typed_fields
from tickets.models import Message, Ticket
from tickets.views.desk.conversation import Seen
from tickets.views.desk.page import act, load, refuse
from tickets.views.hints import told_in


@staff_required
@require_POST
def replies(request: StaffRequest, number: int) -> HttpResponse:
    """Answer the customer."""
    return _write(request, load(request, number), ReplyForm(request.POST, request.FILES))


@staff_required
@require_POST
def notes(request: StaffRequest, number: int) -> HttpResponse:
    """Write for staff only."""
    return _write(request, load(request, number), NoteForm(request.POST, request.FILES))


@staff_required
@require_POST
def forwards(request: StaffRequest, number: int) -> HttpResponse:
    """Send the public conversation to somebody outside it."""
    return _write(request, load(request, number), ForwardForm(request.POST, request.FILES))


def _write(request: StaffRequest, ticket: Ticket, form: ComposerForm) -> HttpResponse:
    if not form.is_valid():
        return refuse(request, ticket, "", form=form)
    if (told := told_in(request, request.user)).is_news:
        form.told_now = told
        return refuse(request, ticket, "", form=form)
    if isinstance(form, SendingForm) and form.is_for_later:
        return act(request, ticket, partial(_planned, request, ticket, form), form=form, moves=True)
    return act(request, ticket, partial(_said, request, ticket, form), form=form)


def _said(request: StaffRequest, ticket: Ticket, form: ComposerForm) -> Message:
    said, fields = form.cleaned_data, typed_fields(form.data, kind=form.kind)
    common = {
        "ticket": ticket,
        "by": request.user,
        "text": said["body"],
        "files": read_uploads(said["attachments"]),
        "uploads": form.uploads,
        "idempotency_key": form.idempotency_key,
        "page": _page(request, form, fields),
    }
    if isinstance(form, ReplyForm):
        return conversation.reply(
            cc=said["cc"],
            without=fields["left_out"],
            then=said["then"],
            shown=said["shown"],
            is_confirmed=said["confirmed"],
            **common,
        )
    if isinstance(form, ForwardForm):
        with_history = fields["history"] == "with"
        return conversation.forward(to=said["to"], with_history=with_history, chosen=fields.get("chosen"), **common)
    return conversation.note(**common)


def _planned(request: StaffRequest, ticket: Ticket, form: SendingForm) -> None:
    """Files of the plain field are kept ahead like the others."""
    fields = typed_fields(form.data, kind=form.kind)
    files = [upload(upload=each, by=request.user) for each in form.cleaned_data["attachments"]]
    files = [*uploads_of(by=request.user, keys=form.uploads), *files]
    fields["files"] = [{"id": str(file.pk), "name": file.filename, "size": file.size} for file in files]
    schedule(
        ticket=ticket,
        by=request.user,
        kind=form.kind,
        text=form.cleaned_data["body"],
        fields=fields,
        send_at=form.cleaned_data["send_at"],
        key=form.cleaned_data["key"],
        page=_page(request, form, fields),
    )


def _page(request: StaffRequest, form: ComposerForm, fields: dict[str, Any]) -> Page:
    """What was on the page; where htmx has added to it since, `seen` knows more than the form."""
    seen = Seen.read(request.POST.get("seen", ""))
    return Page(
        seen=seen.message if seen else form.cleaned_data.get("read_to"),
        version=form.cleaned_data.get("draft") or 0,
        fields=fields,
        undo=timedelta(seconds=settings.SEND_UNDO_SECONDS),
    )
