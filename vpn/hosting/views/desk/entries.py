"""The list of entries, the card of one, and the changes made to it."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther
from helpdesk.core.meanwhile import told_meanwhile
from helpdesk.core.paging import page_by_text
from vpn.hosting.actions.entries import add_entry, change_entry, mark_of_entry, take_out
from vpn.hosting.enums import EntryKind
from vpn.hosting.forms import EntryForm, GrantForm
from vpn.hosting.models import DropLink, Entry, Grant, RevealRequest
from vpn.hosting.permissions import can_ask_by_link, can_keep_vault, can_see_vault
from vpn.hosting.queries.entries import EntryCriteria, entries_found
from vpn.hosting.registries import entry_panels
from vpn.hosting.views.page import (
    because_of,
    done_or_refused,
    load_entry,
    looks_at,
    panels_of,
    refused,
    show,
    words_of,
)


@staff_required
@require_safe
def entries(request: StaffRequest) -> HttpResponse:
    """Places of customers by name, fifty at a time."""
    keeps = can_keep_vault(request.user)
    criteria = EntryCriteria(
        words=words_of(request, "q"),
        organisation=words_of(request, "organisation"),
        kind=words_of(request, "kind"),
        is_out=keeps and "out" in request.GET,
    )
    because = because_of(request.user, request.GET.get("ticket"))
    page = page_by_text(entries_found(request.user, criteria), by="name", cursor=request.GET.get("cursor", ""))
    asked = {"q": criteria.words, "organisation": criteria.organisation, "kind": criteria.kind}
    words = {name: value for name, value in asked.items() if value} | ({"out": "1"} if criteria.is_out else {})
    address = f"?{urlencode(words | ({'ticket': because.ticket.number} if because.ticket else {}))}&cursor="
    context = {
        "rows": page.rows,
        "criteria": criteria,
        "is_narrowed": bool(words),
        "kinds": [("", ""), *EntryKind.choices],
        "because": because,
        "before_url": address + page.newer if page.newer else "",
        "after_url": address + page.older if page.older else "",
        "keeps": keeps,
        "sees": can_see_vault(request.user),
        "waiting": RevealRequest.objects.waiting().exclude(by=request.user).count() if keeps else 0,
    }
    return show(request, "vpn/hosting/desk/entries.html", context)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_entry(request: StaffRequest) -> HttpResponse:
    """Put a place into the vault; a good POST leads to its card."""
    if not can_keep_vault(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, EntryForm(initial={"organisation": words_of(request, "organisation")}))
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    organisation = form.cleaned_data["organisation"]
    add = partial(add_entry, organisation=organisation, details=form.details(), by=request.user)
    added, status = done_or_refused(form, add)
    return _form(request, form, status=status) if added is None else SeeOther(entry_url(added))


@staff_required
@require_safe
def entry(request: StaffRequest, pk: int) -> HttpResponse:
    """All that is known of the place, but for its secrets."""
    return card(request, load_entry(request.user, pk))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_details(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is said of it; a good POST leads back to the card."""
    found = load_entry(request.user, pk)
    if not can_keep_vault(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, EntryForm(entry=found), found)
    form = EntryForm(request.POST, entry=found)
    if not form.is_valid():
        return _form(request, form, found, status=422)
    seen = request.POST.get("seen")
    change = partial(change_entry, entry=found, details=form.details(), by=request.user, seen=seen)
    changed, status = done_or_refused(form, change)
    if changed is None:
        return _form(request, form, load_entry(request.user, pk), status=status)
    return SeeOther(entry_url(found))


@staff_required
@require_POST
def entry_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it out and wipe its secrets; back to the list."""
    found = load_entry(request.user, pk)
    refusal, status = refused(partial(take_out, entry=found, by=request.user))
    return card(request, found, refusal=refusal, status=status) if refusal else SeeOther(reverse("access:entries"))


def entry_url(entry: Entry) -> str:
    return reverse("access:entry", args=[entry.pk])


def card(
    request: StaffRequest,
    entry: Entry,
    *,
    grant_form: GrantForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The card of an entry, as every page that changes it answers."""
    user, is_kept = request.user, entry.taken_out_at is None
    keeps = can_keep_vault(user) and is_kept
    context: dict[str, Any] = {
        "entry": entry,
        "secrets": list(entry.secrets.kept().without_values().select_related("changed_by")) if is_kept else [],
        "because": because_of(user, request.GET.get("ticket"), entry),
        **looks_at(entry, request, user),
        "grants": list(Grant.objects.live().filter(entry=entry).select_related("user", "granted_by")) if keeps else [],
        "grant_form": (grant_form or GrantForm()) if keeps else None,
        "links": list(DropLink.objects.good().filter(entry=entry)) if can_see_vault(user) and is_kept else [],
        "keeps": keeps,
        "sees_customers": user.can(Capability.SEE_CUSTOMERS),
        "asks": can_ask_by_link(user) and is_kept,
        "panels": panels_of(entry_panels, entry, request, user) if is_kept else [],
        "refusal": refusal,
    }
    return show(request, "vpn/hosting/desk/entry.html", context, status=status)


def _form(request: StaffRequest, form: EntryForm, entry: Entry | None = None, *, status: int = 200) -> HttpResponse:
    back = entry_url(entry) if entry else reverse("access:entries")
    context = {"form": form, "entry": entry, "back_url": back}
    if entry:
        now = EntryForm(entry=entry).initial
        context |= told_meanwhile(request, form, mark=mark_of_entry(entry), now=now)
    return show(request, "vpn/hosting/desk/entry_form.html", context, status=status)
