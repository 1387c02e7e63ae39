"""Where somebody is reached by gateways."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.core.retrying import retrying
from helpdesk.notifications.actions import addresses as actions
from helpdesk.notifications.forms import AddressForm, CodeForm
from helpdesk.notifications.models import Address, Gateway


@staff_required
@require_POST
def address(request: StaffRequest, gateway: int) -> HttpResponse:
    """Say where one is reached by this gateway, and have a code sent there."""
    found = get_object_or_404(Gateway, pk=gateway, is_active=True)
    form = AddressForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Say where you are reached."))
        value = form.cleaned_data["value"]
        retrying(lambda: actions.say(person=request.user, by=request.user, gateway=found, value=value))
        messages.success(request, _("A code is on its way. Type it in here."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back()


@staff_required
@require_POST
def address_proof(request: StaffRequest, pk: int) -> HttpResponse:
    """The code that came."""
    found = get_object_or_404(Address, person=request.user, pk=pk)
    form = CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    try:
        if retrying(lambda: actions.prove(address=found, by=request.user, code=code)):
            messages.success(request, _("Notices can go there now: choose which."))
        else:
            messages.error(request, _("That is not the code that was sent."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back()


@staff_required
@require_POST
def address_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing goes there any more."""
    found = get_object_or_404(Address.objects.select_related("gateway"), person=request.user, pk=pk)
    retrying(lambda: actions.take_away(address=found, by=request.user))
    return _back()


def _back() -> HttpResponse:
    return SeeOther(reverse("notices:choices") + "#messengers")
