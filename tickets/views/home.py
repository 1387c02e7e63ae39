"""The first page leads everybody to their own door."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.requests import SignedInRequest, StaffRequest
from helpdesk.core.decorators import staff_required


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Staff to the desk, customers to the cabinet; 403 for who may enter neither."""
    if request.user.can(Capability.ENTER_DESK):
        return redirect("desk:tickets")
    if request.user.can(Capability.ENTER_CABINET):
        return redirect("/cabinet/")
    raise PermissionDenied


@staff_required
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """The desk opens at its list."""
    return redirect("desk:tickets")
