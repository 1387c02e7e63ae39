"""The list of tickets, and the same list as the answer of a search."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render, wants_fragment
from helpdesk.core.paging import decode_cursor, page_of
from tickets.enums import Priority, Status
from tickets.forms.criteria import PRIORITY_WORDS, Reading, chips_of, read_criteria, write_criteria
from tickets.forms.field_criteria import field_words
from tickets.models import SavedView
from tickets.permissions import can_change_view, can_open_for_customer
from tickets.queries import Choice, Criteria, colleague_choices, list_rows, listed, rail_of, team_choices
from tickets.views.desk.frame import frame, view_title
from tickets.views.desk.rows import rows_of

ROWS = 50
MOST_CHOICES = 100
"""So many people stand in the filter's list; everybody else is reached by the URL."""


@staff_required
@require_safe
def tickets(request: StaffRequest) -> HttpResponse:
    """What a person may see of the tickets, narrowed by the words of the URL."""
    return _answer(request, url=reverse("desk:tickets"), is_search=False)


@staff_required
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """Tickets in which the words `q` are found, finished ones as well."""
    return _answer(request, url=reverse("desk:search"), is_search=True)


def _answer(request: StaffRequest, *, url: str, is_search: bool) -> HttpResponse:
    teams, colleagues = team_choices(request.user), colleague_choices(request.user)
    reading = read_criteria(request.GET, by=request.user, teams=teams, colleagues=colleagues)
    rail = rail_of(request.user)
    view = None if is_search else _saved_view(request, reading.criteria, rail.saved)
    context = {
        "list_url": url,
        "is_fragment": wants_fragment(request),
        "is_search": is_search,
        "can_open": can_open_for_customer(request.user),
        **_page(request, reading.criteria, url=url, is_idle=is_search and not reading.criteria.words),
        **_heading(reading, view, is_search=is_search),
        **_keeping(request.user, reading.criteria, view, is_search=is_search),
        "filter": _filter(reading, request.user, teams, colleagues, url=url),
        **frame(
            request.user,
            current="" if is_search or view else reading.criteria.view,
            saved_view=view.pk if view else 0,
            rail=rail,
        ),
        "query": reading.criteria.words,
    }
    response = render(request, "tickets/desk/list.html", context, fragment="rows")
    if wants_fragment(request):
        # What the form sent names empty fields too; the address bar gets what was understood.
        response["HX-Push-Url"] = _address(url, reading.criteria, request.GET.get("cursor", ""))
    return response


def _page(request: StaffRequest, criteria: Criteria, *, url: str, is_idle: bool) -> dict[str, Any]:
    found = list_rows(listed(request.user, criteria))
    page = page_of(found.none() if is_idle else found, by="active_at", cursor=request.GET.get("cursor", ""), size=ROWS)
    return {
        "rows": rows_of(page.rows, now=timezone.now()),
        "newer_url": _address(url, criteria, page.newer) if page.newer else "",
        "older_url": _address(url, criteria, page.older) if page.older else "",
    }


def _address(url: str, criteria: Criteria, cursor: str) -> str:
    """The list with these criteria at a cursor, or from its beginning when that is none of ours."""
    words = [write_criteria(criteria), f"cursor={cursor}" if decode_cursor(cursor) else ""]
    return f"{url}?{'&'.join(filter(None, words))}".removesuffix("?")


def _saved_view(request: StaffRequest, criteria: Criteria, saved: list[SavedView]) -> SavedView | None:
    """The saved view that is shown, rather one that this person may change. One of whose words something is no longer
    understood is known by the words of its link."""
    words = {write_criteria(criteria), request.GET.urlencode()}
    found = [view for view in saved if view.criteria in words]
    return min(found, key=lambda view: not can_change_view(request.user, view), default=None)


def _keeping(user: User, criteria: Criteria, view: SavedView | None, *, is_search: bool) -> dict[str, str]:
    """Where what is shown can be saved as a view, or the saved one changed."""
    if view is not None:
        return {
            "save_url": "",
            "view_url": reverse("desk:saved_view", args=[view.pk]) if can_change_view(user, view) else "",
        }
    words = "" if is_search else write_criteria(criteria)
    is_narrowed = words not in ("", f"view={criteria.view}")
    return {"save_url": f"{reverse('desk:new_saved_view')}?{words}" if is_narrowed else "", "view_url": ""}


def _heading(reading: Reading, saved: SavedView | None, *, is_search: bool) -> dict[str, Any]:
    criteria = reading.criteria
    chips = chips_of(criteria)
    title = view_title(criteria.view)
    if saved is not None:
        title = saved.name
    elif is_search:
        title = _("Search: “%(words)s”") % {"words": criteria.words} if criteria.words else _("Search")
    elif criteria.words:
        title = _("%(view)s with “%(words)s”") % {"view": title, "words": criteria.words}
    return {
        "title": title,
        "view": criteria.view,
        "chips": chips,
        "is_narrowed": bool(chips or criteria.words),
        "not_understood": ", ".join(reading.not_understood),
    }


def _filter(reading: Reading, user: User, teams: list[Choice], colleagues: list[Choice], *, url: str) -> dict[str, Any]:
    """What the filter's form offers and what is chosen in it, as plain values: it is printed once for the same ones."""
    criteria = reading.criteria
    people = [(each.word, each.label) for each in colleagues[:MOST_CHOICES]]
    statuses = [(each.value, str(each.label)) for each in Status]
    return {
        "url": url,
        "view": criteria.view,
        "query": criteria.words,
        "statuses": [("", _("Unfinished")), *statuses, ("any", _("Any status"))],
        "status": "any" if criteria.is_any_status else next(iter(criteria.statuses), ""),
        "priorities": [("", _("Any priority")), *((PRIORITY_WORDS[each.value], str(each.label)) for each in Priority)],
        "priority": PRIORITY_WORDS[criteria.priorities[0]] if criteria.priorities else "",
        "teams": [("", _("Any team")), ("none", _("No team")), *((each.word, each.label) for each in teams)],
        "team": "none" if criteria.is_without_team else _word(criteria.team),
        "assignees": [("", _("Anybody")), ("me", _("Me")), ("none", _("Nobody")), *people],
        "assignee": _assignee_chosen(criteria, user),
        "tag": criteria.tag,
        "organisation": _word(criteria.organisation),
        "requester": _word(criteria.requester),
        "sees_customers": user.can(Capability.SEE_CUSTOMERS),
        "described": field_words(criteria.described),
    }


def _assignee_chosen(criteria: Criteria, user: User) -> str:
    if criteria.is_unassigned:
        return "none"
    return "me" if criteria.assignee and criteria.assignee.pk == user.pk else _word(criteria.assignee)


def _word(choice: Choice | None) -> str:
    return choice.word if choice else ""
