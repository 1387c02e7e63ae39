"""Reveals that wait for a second person."""

from collections.abc import Callable
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther
from helpdesk.core.paging import page_by_key
from vpn.hosting.actions.asking import approve, refuse
from vpn.hosting.enums import RequestState
from vpn.hosting.models import RevealRequest
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.views.page import number_of, refused, show


@staff_required
@require_safe
def requests(request: StaffRequest) -> HttpResponse:
    """What waits and what was decided, latest first; to others than keepers their own."""
    return _page(request)


@staff_required
@require_POST
def request_approval(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody else reveal it once; back to the list."""
    return _decide(request, pk, approve)


@staff_required
@require_POST
def request_refusal(request: StaffRequest, pk: int) -> HttpResponse:
    """Refuse it; back to the list."""
    return _decide(request, pk, refuse)


def _decide(request: StaffRequest, pk: int, action: Callable[..., RevealRequest]) -> HttpResponse:
    if not can_keep_vault(request.user):
        raise PermissionDenied
    found = get_object_or_404(RevealRequest.objects.visible_to(request.user).select_related("secret__entry"), pk=pk)
    refusal, status = refused(partial(action, request=found, by=request.user))
    return _page(request, refusal=refusal, status=status) if refusal else SeeOther(reverse("access:requests"))


def _page(request: StaffRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    found = RevealRequest.objects.visible_to(request.user).select_related(
        "by", "decided_by", "ticket", "secret__entry__organisation"
    )
    found = found.defer("secret__value")
    page = page_by_key(found, before=number_of(request, "before"), after=number_of(request, "after"))
    context = {
        "rows": page.rows,
        "waiting": RequestState.WAITING,
        "keeps": can_keep_vault(request.user),
        "me": request.user.pk,
        "newer_url": f"?after={page.newer}" if page.newer else "",
        "older_url": f"?before={page.older}" if page.older else "",
        "refusal": refusal,
    }
    return show(request, "vpn/hosting/desk/requests.html", context, status=status)
