"""What a page of a room says by itself: that it was read, and what is being written; whom a line may call."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.chat import screens
from helpdesk.chat.actions import reading as actions
from helpdesk.chat.forms import LONGEST
from helpdesk.chat.permissions import can_write
from helpdesk.chat.queries import offered_in
from helpdesk.chat.views.page import number, room_url
from helpdesk.chat.views.place import load_room
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.retrying import retrying


@staff_required
@require_POST
def reading(request: StaffRequest, pk: int) -> HttpResponse:
    """The room was seen up to the line with the key `to`."""
    room, to = load_room(request, pk), number(request.POST.get("to", ""))
    retrying(lambda: actions.read(room=room, by=request.user, to=to))
    return HttpResponse(status=204) if wants_fragment(request) else SeeOther(room_url(room))


@staff_required
@require_POST
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what stands in the form, and tell the others that somebody writes. Read by static/js/draft.js."""
    room, by = load_room(request, pk), request.user
    if not can_write(by, room):
        return JsonResponse({"sentence": _("Nobody reads here any more: nothing can be written.")}, status=403)
    text = str(request.POST.get("body") or "")[:LONGEST]
    key = _key(request.POST.get("key", ""))
    retrying(lambda: actions.keep_draft(room=room, by=by, text=text, token=key))
    screens.tell_writing(room=room, by=by, is_writing=bool(text.strip()))
    return JsonResponse({"version": 0, "sentence": ""})


@staff_required
@require_safe
def colleagues(request: StaffRequest, pk: int) -> HttpResponse:
    """People of the room whom a line may call, by the words `q`: to be listed at the text."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:60]
    found = offered_in(words, room=load_room(request, pk), by=request.user)
    options = [
        {"pk": each.pk, "name": str(each), "hint": f"@{each.handle}", "text": f"@{each.handle} "} for each in found
    ]
    said = ngettext("%(count)s colleague", "%(count)s colleagues", len(options)) % {"count": len(options)}
    context = {"options": options, "label": _("Colleagues"), "said": said, "shows_text": False}
    return render(request, "core/_picker_options.html", context)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
