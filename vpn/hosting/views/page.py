"""What the pages of the vault have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.accounts.registries import Panel
from helpdesk.accounts.requests import CustomerRequest, StaffRequest
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import render
from helpdesk.core.paging import page_by_key
from helpdesk.core.registries import Registry, frames
from helpdesk.core.retrying import retrying
from tickets.models import Ticket
from vpn.hosting.models import Entry, Reveal, Secret
from vpn.hosting.queries.uses import uses_of

T = TypeVar("T")
LONGEST_WORDS = 200
REVEALS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Because:
    """The ticket from which somebody came, the reason it makes, and how links carry it on."""

    ticket: Ticket | None = None
    reason: str = ""
    query: str = ""


def show(
    request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200, is_live: bool = True
) -> HttpResponse:
    """The page inside the frame of the desk. One that is not live stands still: what it shows this once would go with
    the first piece of news."""
    frame = frames["desk"](request.user, current="access")
    return render(request, template, {**context, **frame, **({} if is_live else {"live": ""})}, status=status)


def show_customer(
    request: CustomerRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page inside the frame of the cabinet."""
    return render(request, template, {**context, **frames["cabinet"](request.user, current="access")}, status=status)


def load_entry(user: User, pk: int) -> Entry:
    """An entry that the person sees; 404 for every other one."""
    return get_object_or_404(Entry.objects.visible_to(user).select_related("organisation"), pk=pk)


def load_secret(user: User, entry: int, pk: int) -> Secret:
    """A secret of an entry that the person sees, its value unread; 404 for every other one."""
    found = Secret.objects.visible_to(user).without_values().select_related("entry__organisation")
    return get_object_or_404(found, pk=pk, entry=entry)


def because_of(user: User, number: object, entry: Entry | None = None) -> Because:
    """What the number of a ticket in the address means: nothing, where the person does not see it, or it is of another
    customer than the entry."""
    word = str(number or "")
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        return Because()
    ticket = Ticket.objects.visible_to(user).filter(number=int(word)).first()
    if ticket is None or (entry is not None and ticket.organisation_id != entry.organisation_id):
        return Because()
    reason = _("Ticket #%(number)s: %(subject)s") % {"number": ticket.number, "subject": ticket.subject}
    return Because(ticket, reason[:500], f"?{urlencode({'ticket': ticket.number})}")


def done_or_refused(form: forms.Form, action: Callable[[], T]) -> tuple[T | None, int]:
    """What the action gave, and 200; or None with the refusal in the form and the status it is answered with."""
    try:
        return retrying(action), 200
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None, 403 if isinstance(refusal, NotAllowed) else 422


def refused(action: Callable[[], object]) -> tuple[str, int]:
    """Do it: the words of a refusal and the status it is answered with, or "" and 200."""
    try:
        retrying(action)
    except Refused as refusal:
        return str(refusal), 403 if isinstance(refusal, NotAllowed) else 422
    return "", 200


def words_of(request: HttpRequest, name: str) -> str:
    """The words of one field of a filter, on one line."""
    return " ".join(request.GET.get(name, "").replace("\0", " ").split())[:LONGEST_WORDS]


def number_of(request: HttpRequest, name: str) -> int:
    """A key in the address, 0 for none."""
    word = request.GET.get(name, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0


def panels_of(registry: Registry[Panel], entry: Entry, request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The boxes that others have for the entry."""
    found = [(panel.template, panel.values(entry, user, request.GET.dict())) for _name, panel in registry.items()]
    return [{"template": template, "values": values} for template, values in found if values is not None]


def looks_at(entry: Entry, request: HttpRequest, user: User) -> dict[str, Any]:
    """Who revealed what of the entry, latest first, and what the program used by itself in one line for each secret;
    with `each` in the address every use of it stands in the list as well. Constant statements."""
    every, turned = "each" in request.GET, "before" in request.GET or "after" in request.GET
    seen = Reveal.objects.visible_to(user).filter(entry=entry).for_list()
    before, after = number_of(request, "before"), number_of(request, "after")
    page = page_by_key(seen if every else seen.by_people(), before=before, after=after, size=REVEALS_SHOWN)
    more = "&each" if every else ""
    return {
        "reveals": page.rows,
        "uses": [] if every or turned else uses_of(entry, user),
        "newer_url": f"?after={page.newer}{more}#reveals" if page.newer else "",
        "older_url": f"?before={page.older}{more}#reveals" if page.older else "",
    }


def unkept(response: HttpResponse) -> HttpResponse:
    """The same, kept by no cache, no history and no proxy."""
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    return response
