"""A line written anew, deleted, and what it said before."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.chat.actions.rewriting import ChangedMeanwhile, delete, edit
from helpdesk.chat.forms import EditForm
from helpdesk.chat.models import Line
from helpdesk.chat.permissions import can_change
from helpdesk.chat.views.page import frame, room_url
from helpdesk.chat.views.place import load_line
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: StaffRequest, pk: int) -> HttpResponse:
    """The line in a form; saved, it leads to where it stands. A refusal is the form with what was typed."""
    line = load_line(request, pk)
    if not can_change(request.user, line):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, line, EditForm(initial={"text": line.text, "version": line.version}))
    form = EditForm(request.POST)
    if not form.is_valid():
        return _form(request, line, form, status=422)
    try:
        retrying(partial(edit, line=line, by=request.user, **form.cleaned_data))
    except ChangedMeanwhile as refusal:
        now = load_line(request, pk)
        form = EditForm({**form.cleaned_data, "version": now.version})
        form.add_error(None, str(refusal))
        return _form(request, now, form, status=422, now=now.text)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _form(request, line, form, status=422)
    return SeeOther(_place(line))


@staff_required
@require_POST
def deletion(request: StaffRequest, pk: int) -> HttpResponse:
    """The line says nothing any more; leads to its room."""
    line = load_line(request, pk)
    try:
        retrying(partial(delete, line=line, by=request.user))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return SeeOther(_place(line))


@staff_required
@require_safe
def earlier_words(request: StaffRequest, pk: int) -> HttpResponse:
    """All that a line said before, the latest first."""
    line = load_line(request, pk)
    context = {"line": line, "words": list(line.earlier.order_by("-version")), "place": _place(line)}
    return render(request, "chat/earlier_words.html", context | frame(request))


def _form(request: StaffRequest, line: Line, form: EditForm, *, status: int = 200, now: str = "") -> HttpResponse:
    context = {"line": line, "form": form, "place": _place(line), "now": now, **frame(request)}
    return render(request, "chat/editing.html", context, status=status)


def _place(line: Line) -> str:
    return f"{room_url(line.room)}?at={line.pk}#l{line.pk}"
