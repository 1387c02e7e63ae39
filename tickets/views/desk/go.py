"""Go anywhere: a ticket, a view of the list, a page, out."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render, wants_fragment
from tickets.permissions import can_open_for_customer, can_read_journal
from tickets.queries import VIEWS
from tickets.queries.going import tickets_for
from tickets.views.desk.frame import frame, view_title
from tickets.views.desk.searching import completed

LONGEST = 200


@staff_required
@require_safe
def go(request: StaffRequest) -> HttpResponse:
    """What fits the words `q`: places first, for they are few and called by their names.

    To htmx the options of the palette; without JavaScript a page that one searches.
    """
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    context: dict[str, Any] = {
        "words": words,
        "found": tickets_for(request.user, words=words) if words else [],
        "places": [place for place in _places(request.user) if _fits(place["label"], words)],
        "completed": completed(request.user, words),
        "search_url": f"{reverse('desk:search')}?q=",
    }
    if not wants_fragment(request):
        context |= frame(request.user)
    return render(request, "tickets/desk/go.html", context, fragment="options")


def _places(user: User) -> list[dict[str, str]]:
    """Where this person may go besides; `post` is an address that wants a form."""
    tickets = reverse("desk:tickets")
    views = [
        _place(view_title(view), tickets if view == "all" else f"{tickets}?view={view}", icon="inbox") for view in VIEWS
    ]
    opening = [_place(_("New ticket"), reverse("desk:new_ticket"), icon="plus")] if can_open_for_customer(user) else []
    admin = [_place(_("Administration"), reverse("admin:index"), icon="lock")] if user.is_staff else []
    out = {"label": _("Sign out"), "url": "", "post": reverse("account_logout"), "icon": "leave"}
    book = [
        _place(_("Chat"), reverse("chat:chat"), icon="note"),
        _place(_("Address book"), reverse("people:people"), icon="people"),
    ]
    if user.can(Capability.SEE_CUSTOMERS):
        book.append(_place(_("Organisations"), reverse("people:organisations"), icon="people"))
    journal = [_place(_("Journal"), reverse("desk:journal"), icon="lines")] if can_read_journal(user) else []
    mine = [
        _place(_("My page"), reverse("desk:me"), icon="person"),
        _place(_("My keyboard"), reverse("desk:keyboard"), icon="keyboard"),
    ]
    texts = _place(_("Templates"), reverse("desk:templates"), icon="note")
    return [*views, *opening, *book, texts, *mine, *journal, *admin, out]


def _place(label: str, url: str, *, icon: str) -> dict[str, str]:
    return {"label": label, "url": url, "post": "", "icon": icon}


def _fits(label: str, words: str) -> bool:
    """Every word written begins a word of what the place is called."""
    called = label.casefold().split()
    return all(any(part.startswith(word) for part in called) for word in words.casefold().split())
