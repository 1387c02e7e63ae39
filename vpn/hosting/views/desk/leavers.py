"""What somebody who leaves knows, secret by secret."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.enums import CUSTOMER_ROLES
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther
from vpn.hosting.actions.leaving import check_off
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.queries.leavers import MOST, known_secrets, sees_everything
from vpn.hosting.views.page import load_secret, refused, show


@staff_required
@require_safe
def leaver(request: StaffRequest, pk: int) -> HttpResponse:
    """The secrets to change when this person leaves: what they revealed first, then what was open to them."""
    return _page(request, _person(request, pk))


@staff_required
@require_POST
def leaver_check_off(request: StaffRequest, pk: int, entry: int, secret: int) -> HttpResponse:
    """This one has been dealt with; back to the list."""
    person = _person(request, pk)
    found = load_secret(request.user, entry, secret)
    refusal, status = refused(partial(check_off, secret=found, person=person, by=request.user))
    if refusal:
        return _page(request, person, refusal=refusal, status=status)
    return SeeOther(reverse("access:leaver", args=[pk]))


def _person(request: StaffRequest, pk: int) -> User:
    if not can_keep_vault(request.user):
        raise PermissionDenied
    return get_object_or_404(User.objects.exclude(role__in=CUSTOMER_ROLES), pk=pk)


def _page(request: StaffRequest, person: User, *, refusal: str = "", status: int = 200) -> HttpResponse:
    rows = list(known_secrets(person)[: MOST + 1])
    context = {
        "person_left": person,
        "rows": rows[:MOST],
        "is_more": len(rows) > MOST,
        "sees_everything": sees_everything(person),
        "refusal": refusal,
    }
    return show(request, "vpn/hosting/desk/leaver.html", context, status=status)
