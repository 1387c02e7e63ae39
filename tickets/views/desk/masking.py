"""Words of a message that nobody is to read any more."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions.masking import Masked, mask_words
from tickets.forms.masking import MaskingForm
from tickets.models import Message
from tickets.permissions import can_mask
from tickets.views.desk.frame import frame
from tickets.views.desk.page import load_message


@sensitive_post_parameters("words")
@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def masking(request: StaffRequest, pk: int) -> HttpResponse:
    """The form; done, it leads to where the message stands. What is refused keeps its words."""
    message = load_message(request, pk)
    if not can_mask(request.user, message):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, message, MaskingForm(initial={"elsewhere": True}))
    form = MaskingForm(request.POST)
    if not form.is_valid():
        return _form(request, message, form, status=422)
    elsewhere = form.cleaned_data["elsewhere"]
    try:
        done = retrying(partial(mask_words, message=message, by=request.user, words=form.pieces(), elsewhere=elsewhere))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _form(request, message, form, status=422)
    tell_of_files(request, done)
    return SeeOther(place_of(message))


def tell_of_files(request: StaffRequest, done: Masked) -> None:
    """Files are left as they are: which ones still say it."""
    if done.files:
        names = ", ".join(done.files[:5])
        messages.warning(request, _("Files of the ticket still hold it: %(names)s") % {"names": names})


def place_of(message: Message) -> str:
    return f"{reverse('desk:ticket', args=[message.ticket.number])}#m{message.pk}"


def _form(request: StaffRequest, message: Message, form: MaskingForm, *, status: int = 200) -> HttpResponse:
    context = {"message": message, "ticket": message.ticket, "form": form, "place": place_of(message)}
    return render(request, "tickets/desk/masking.html", context | frame(request.user), status=status)
