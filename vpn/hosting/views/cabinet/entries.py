"""A customer sees what is kept to get into their servers, and who looked at it."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from helpdesk.core.http import SeeOther
from helpdesk.core.paging import page_by_text
from vpn.hosting.actions.entries import ask_for_removal
from vpn.hosting.actions.places import hand_over
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import Source
from vpn.hosting.forms import PlaceForm, SecretForm
from vpn.hosting.models import Entry
from vpn.hosting.permissions import can_put_in
from vpn.hosting.queries.entries import EntryCriteria, entries_found
from vpn.hosting.registries import cabinet_panels
from vpn.hosting.views.page import (
    done_or_refused,
    load_entry,
    looks_at,
    panels_of,
    refused,
    show_customer,
    unkept,
)


@customer_required
@require_safe
def entries(request: CustomerRequest) -> HttpResponse:
    """The places of their company that they see, by name."""
    found = entries_found(request.user, EntryCriteria())
    page = page_by_text(found, by="name", cursor=request.GET.get("cursor", ""))
    context = {
        "rows": page.rows,
        "before_url": f"?cursor={page.newer}" if page.newer else "",
        "after_url": f"?cursor={page.older}" if page.older else "",
        "hands_over": can_put_in(request.user, Source.CABINET),
    }
    return show_customer(request, "vpn/hosting/cabinet/entries.html", context)


@customer_required
@sensitive_post_parameters("value")
@sensitive_variables("form", "said")
@require_http_methods(["GET", "HEAD", "POST"])
def new_entry(request: CustomerRequest) -> HttpResponse:
    """Hand over what was not kept yet; a good POST leads to its page."""
    if not can_put_in(request.user, Source.CABINET):
        raise PermissionDenied
    form = PlaceForm(request.POST if request.method == "POST" else None)
    made, status = None, 422 if form.is_bound else 200
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("kind", "label", "value")}
        made, status = done_or_refused(form, partial(hand_over, place=form.new_place(), by=request.user, **said))
    if made is not None:
        return SeeOther(reverse("vault:entry", args=[made.pk]))
    return unkept(show_customer(request, "vpn/hosting/cabinet/new_entry.html", {"form": form}, status=status))


@customer_required
@require_safe
def entry(request: CustomerRequest, pk: int) -> HttpResponse:
    """What is kept of it, without the secrets themselves, and who revealed which, when and why."""
    return _card(request, load_entry(request.user, pk))


@customer_required
@sensitive_post_parameters("value")
@sensitive_variables("form")
@require_POST
def entry_secrets(request: CustomerRequest, pk: int) -> HttpResponse:
    """Hand a secret over, or another one in the place of the one with the same label."""
    found = load_entry(request.user, pk)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _card(request, found, form=form, status=422)
    put = partial(put_in, entry=found, by=request.user, source=Source.CABINET, **form.cleaned_data)
    made, status = done_or_refused(form, put)
    if made is None:
        return _card(request, found, form=form, status=status)
    return SeeOther(reverse("vault:entry", args=[pk]))


@customer_required
@require_POST
def entry_removal(request: CustomerRequest, pk: int) -> HttpResponse:
    """Ask for it to be taken out; whoever keeps the vault decides."""
    found = load_entry(request.user, pk)
    refusal, status = refused(partial(ask_for_removal, entry=found, by=request.user))
    if refusal:
        return _card(request, found, refusal=refusal, status=status)
    return SeeOther(reverse("vault:entry", args=[pk]))


def _card(
    request: CustomerRequest, entry: Entry, *, form: SecretForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "entry": entry,
        "secrets": list(entry.secrets.kept().without_values()),
        **looks_at(entry, request, request.user),
        "form": form or SecretForm(),
        "panels": panels_of(cabinet_panels, entry, request, request.user),
        "refusal": refusal,
    }
    return unkept(show_customer(request, "vpn/hosting/cabinet/entry.html", context, status=status))
