"""What a person may see and do, and why."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import can_see_access
from helpdesk.accounts.registries import access_parts
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.views.desk.page import show
from helpdesk.core.decorators import staff_required


@staff_required
@require_safe
def person_access(request: StaffRequest, pk: int) -> HttpResponse:
    """For whoever may read who sees what; customers and staff alike."""
    if not can_see_access(request.user):
        raise PermissionDenied
    found = User.objects.visible_to(request.user).select_related("organisation")
    person = get_object_or_404(found, pk=pk)
    parts = [(part.label, part.lines(person), part.nothing) for _name, part in access_parts.items()]
    shown = [each for each in parts if each[1] or each[2]]
    return show(request, "accounts/desk/person_access.html", {"customer": person, "parts": shown})
