"""On which ticket a message stands."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render
from tickets.actions.moving import move, move_to_new_ticket, undo_move
from tickets.models import Message, Ticket
from tickets.rendering import snippet_of
from tickets.views.desk.frame import frame
from tickets.views.desk.page import act, load, load_message


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def placement(request: StaffRequest, pk: int) -> HttpResponse:
    """Move the message to the ticket `number`, or to a new one with `where=new`; leads to where it then is."""
    message = load_message(request, pk)
    if request.method != "POST":
        return _form(request, message)
    try:
        moved = _move(request, message)
    except NotAllowed as refusal:
        return _form(request, message, refusal=str(refusal), status=403)
    except Refused as refusal:
        return _form(request, message, refusal=str(refusal), status=422)
    return SeeOther(f"{reverse('desk:ticket', args=[moved.ticket.number])}#m{moved.pk}")


@staff_required
@require_POST
def placement_return(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a moved message back where it was."""
    message = load_message(request, pk)
    ticket = load(request, message.ticket.number)
    return act(request, ticket, lambda: undo_move(message=message, by=request.user), moves=True)


def _move(request: StaffRequest, message: Message) -> Message:
    if request.POST.get("where") == "new":
        return move_to_new_ticket(message=message, by=request.user)
    word = request.POST.get("number", "").strip().lstrip("#")
    is_number = word.isascii() and word.isdigit() and len(word) < 19
    target = Ticket.objects.visible_to(request.user).filter(number=int(word)).first() if is_number else None
    if target is None:
        raise Refused(_("There is no ticket with that number that you can see."))
    return move(message=message, to=target, by=request.user)


def _form(request: StaffRequest, message: Message, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "message": message,
        "ticket": message.ticket,
        "beginning": snippet_of(message.visible_text or message.text),
        "refusal": refusal,
        **frame(request.user),
    }
    return render(request, "tickets/desk/placement.html", context, status=status)
