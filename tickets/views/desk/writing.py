"""Replies, notes and forwards: what an agent writes on a ticket."""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from tickets.actions import conversation
from tickets.actions.files import read_uploads
from tickets.forms.composer import ComposerForm, ForwardForm, NoteForm, ReplyForm
from tickets.models import Message, Ticket
from tickets.views.desk.page import act, load, refuse


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
    return act(request, ticket, partial(_said, request, ticket, form), form=form)


def _said(request: StaffRequest, ticket: Ticket, form: ComposerForm) -> Message:
    said = form.cleaned_data
    text, files, key = said["body"], read_uploads(said["attachments"]), form.idempotency_key
    if isinstance(form, ReplyForm):
        return conversation.reply(
            ticket=ticket,
            by=request.user,
            text=text,
            cc=said["cc"],
            files=files,
            then=said["then"],
            shown=said["shown"],
            idempotency_key=key,
        )
    if isinstance(form, ForwardForm):
        return conversation.forward(
            ticket=ticket, by=request.user, to=said["to"], text=text, files=files, idempotency_key=key
        )
    return conversation.note(ticket=ticket, by=request.user, text=text, files=files, idempotency_key=key)
