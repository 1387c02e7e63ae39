"""Secure links: made, listed, taken back."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther
from helpdesk.core.paging import page_by_key
from vpn.hosting.actions.dropping import make_link, take_back
from vpn.hosting.forms import AskForm, LinkForm
from vpn.hosting.models import DropLink, Entry
from vpn.hosting.permissions import can_ask_by_link
from vpn.hosting.views.page import because_of, done_or_refused, load_entry, number_of, refused, show, unkept


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: StaffRequest) -> HttpResponse:
    """The links and what became of them; a POST makes one for an organisation and shows its address, this once."""
    if not can_ask_by_link(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _make(request, LinkForm(request.POST), None)
    because = because_of(request.user, request.GET.get("ticket"))
    initial: dict[str, object] = {}
    if because.ticket is not None:
        initial = {"ticket": because.ticket.number, "organisation": str(because.ticket.organisation or "")}
    return _page(request, LinkForm(initial=initial))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_links(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask the customer for a secret of this entry: a POST makes the link and shows its address, this once."""
    found = load_entry(request.user, pk)
    if not can_ask_by_link(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _make(request, AskForm(request.POST), found)
    because = because_of(request.user, request.GET.get("ticket"))
    return _page(request, AskForm(initial={"ticket": because.ticket.number if because.ticket else None}), found)


@staff_required
@require_POST
def link_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it back; to the list."""
    if not can_ask_by_link(request.user):
        raise PermissionDenied
    found = get_object_or_404(DropLink.objects.visible_to(request.user), pk=pk)
    refusal, status = refused(partial(take_back, link=found, by=request.user))
    if refusal:
        return _page(request, LinkForm(), refusal=refusal, status=status)
    return SeeOther(reverse("access:links"))


@sensitive_variables()
def _make(request: StaffRequest, form: LinkForm | AskForm, entry: Entry | None) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, entry, status=422)
    said = form.cleaned_data
    organisation = entry.organisation if entry else said["organisation"]
    ticket = because_of(request.user, said["ticket"]).ticket
    make = partial(
        make_link, organisation=organisation, asked=said["asked"], by=request.user, entry=entry, ticket=ticket
    )
    made, status = done_or_refused(form, make)
    if made is None:
        return _page(request, form, entry, status=status)
    link, address = made
    return unkept(_page(request, None, entry, made=link, address=address))


def _page(
    request: StaffRequest,
    form: LinkForm | AskForm | None,
    entry: Entry | None = None,
    *,
    made: DropLink | None = None,
    address: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    found = DropLink.objects.visible_to(request.user).select_related("organisation", "entry", "made_by", "ticket")
    if entry is not None:
        found = found.filter(entry=entry)
    page = page_by_key(found, before=number_of(request, "before"), after=number_of(request, "after"), size=30)
    context = {
        "form": form,
        "entry": entry,
        "rows": page.rows,
        "now": timezone.now(),
        "made": made,
        "address": address,
        "newer_url": f"?after={page.newer}" if page.newer else "",
        "older_url": f"?before={page.older}" if page.older else "",
        "refusal": refusal,
    }
    return show(request, "vpn/hosting/desk/links.html", context, status=status, is_live=made is None)
