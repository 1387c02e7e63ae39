"""What is opened to contractors."""

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
from vpn.hosting.actions.granting import end_grant, grant
from vpn.hosting.forms import GrantForm
from vpn.hosting.models import Grant
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.views.desk.entries import card, entry_url
from vpn.hosting.views.page import done_or_refused, load_entry, number_of, show


@staff_required
@require_safe
def grants(request: StaffRequest) -> HttpResponse:
    """Every grant, latest first: who sees what, until when, given by whom, ended when."""
    if not can_keep_vault(request.user):
        raise PermissionDenied
    found = Grant.objects.visible_to(request.user).select_related(
        "user", "entry__organisation", "granted_by", "ended_by"
    )
    page = page_by_key(found, before=number_of(request, "before"), after=number_of(request, "after"))
    context = {
        "rows": page.rows,
        "live": set(Grant.objects.live().filter(pk__in=[row.pk for row in page.rows]).values_list("pk", flat=True)),
        "newer_url": f"?after={page.newer}" if page.newer else "",
        "older_url": f"?before={page.older}" if page.older else "",
    }
    return show(request, "vpn/hosting/desk/grants.html", context)


@staff_required
@require_POST
def entry_grants(request: StaffRequest, pk: int) -> HttpResponse:
    """Open the entry to somebody; back to its card."""
    found = load_entry(request.user, pk)
    if not can_keep_vault(request.user):
        raise PermissionDenied
    form = GrantForm(request.POST)
    if not form.is_valid():
        return card(request, found, grant_form=form, status=422)
    said = form.cleaned_data
    give = partial(grant, entry=found, user=said["user"], until=form.end(), reason=said["reason"], by=request.user)
    made, status = done_or_refused(form, give)
    return card(request, found, grant_form=form, status=status) if made is None else SeeOther(entry_url(found))


@staff_required
@require_POST
def grant_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End it now; back to the list, or to the entry from whose card it came."""
    if not can_keep_vault(request.user):
        raise PermissionDenied
    found = get_object_or_404(Grant.objects.visible_to(request.user).select_related("entry"), pk=pk)
    end_grant(grant=found, by=request.user)
    return SeeOther(entry_url(found.entry) if "entry" in request.POST else reverse("access:grants"))
