"""The list of tickets."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render, wants_fragment
from helpdesk.core.paging import decode_cursor, kinds_of, page_of
from tickets.forms.criteria import Reading, chips_of, read_criteria, write_criteria
from tickets.models import BulkChange, SavedView, Ticket
from tickets.permissions import can_change_view, can_open_for_customer, can_work_tickets
from tickets.queries import Criteria, list_rows, listed, rail_of, since_when, sort_columns
from tickets.views.desk.frame import frame, view_title
from tickets.views.desk.list_head import filter_offered, heads_of
from tickets.views.desk.rows import Shape, rows_of
from tickets.views.desk.said import said_of

ROWS = 50


@staff_required
@require_safe
def tickets(request: StaffRequest) -> HttpResponse:
    """What a person may see of the tickets, narrowed by the words of the URL."""
    return answer_list(request, request.GET, url=reverse("desk:tickets"))


@staff_required
@require_safe
def list_filter(request: StaffRequest) -> HttpResponse:
    """What the list can be narrowed by and which columns it can show, as a page; to htmx the dialog with it."""
    address = reverse("desk:tickets")
    criteria = read_criteria(request.GET, by=request.user).criteria
    context: dict[str, Any] = {"filter": filter_offered(criteria, request.user, url=address)}
    if not wants_fragment(request):
        context |= frame(request.user)
    return render(request, "tickets/desk/filter.html", context, fragment="dialog")


def answer_again(request: StaffRequest, address: str, *, change: BulkChange) -> HttpResponse:
    """The fragment of the list at this address, which a form named, and beside it what was done to its tickets."""
    url, params = list_of(address)
    return answer_list(request, params, url=url, change=change)


def list_of(address: str) -> tuple[str, QueryDict]:
    """The list and the words of an address that a form named; the list of all tickets for any other address."""
    parts, url = urlsplit(address), reverse("desk:tickets")
    return url, QueryDict("" if parts.netloc or parts.path != url else parts.query)


def answer_list(
    request: StaffRequest, params: QueryDict, *, url: str, change: BulkChange | None = None
) -> HttpResponse:
    """The list that the words of `params` name: the page, or its fragment."""
    reading = read_criteria(params, by=request.user)
    criteria, cursor = reading.criteria, params.get("cursor", "")
    rail = rail_of(request.user)
    view = _saved_view(request.user, criteria, params, rail.saved)
    address = _address(url, criteria, cursor)
    context = {
        "list_url": url,
        "address": address,
        "is_fragment": wants_fragment(request),
        "can_open": can_open_for_customer(request.user),
        "can_choose": can_work_tickets(request.user),
        **_page(request, criteria, url=url, cursor=cursor),
        **_heading(reading, view),
        **_keeping(request.user, criteria, view),
        "filter_url": f"{url}filter/?{write_criteria(criteria)}".removesuffix("?"),
        "heads": heads_of(criteria, url=url),
        **frame(
            request.user,
            current="" if view else criteria.view,
            saved_view=view.pk if view else 0,
            rail=rail,
        ),
        "query": criteria.words,
        "since": since_when(request.user, criteria.words),
        "said": said_of(change) if change else None,
    }
    response = render(request, "tickets/desk/list.html", context, fragment="rows")
    if wants_fragment(request):
        # What the form sent names empty fields too; the address bar gets what was understood.
        response["HX-Push-Url"] = address
    return response


def _page(request: StaffRequest, criteria: Criteria, *, url: str, cursor: str) -> dict[str, Any]:
    found = list_rows(listed(request.user, criteria), criteria)
    is_rising = not criteria.sort.startswith("-")
    columns = sort_columns(criteria)
    page = page_of(found, by=columns, cursor=cursor, size=ROWS, is_rising=is_rising)
    shape = Shape(criteria.columns, can_work_tickets(request.user), timezone.now())
    return {
        "rows": rows_of(page.rows, shape=shape),
        "is_by_activity": criteria.sort == "-active",
        "newer_url": _address(url, criteria, page.newer) if page.newer else "",
        "older_url": _address(url, criteria, page.older) if page.older else "",
    }


def _address(url: str, criteria: Criteria, cursor: str) -> str:
    """The list with these criteria at a cursor, or from its beginning when that is none of ours."""
    is_ours = decode_cursor(cursor, kinds_of(Ticket, sort_columns(criteria))) is not None
    words = [write_criteria(criteria), f"cursor={cursor}" if is_ours else ""]
    return f"{url}?{'&'.join(filter(None, words))}".removesuffix("?")


def _saved_view(user: User, criteria: Criteria, params: QueryDict, saved: list[SavedView]) -> SavedView | None:
    """The saved view that is shown, rather one that this person may change. One of whose words something is no longer
    understood is known by the words of its link."""
    words = {write_criteria(criteria), params.urlencode()}
    found = [view for view in saved if view.criteria in words]
    return min(found, key=lambda view: not can_change_view(user, view), default=None)


def _keeping(user: User, criteria: Criteria, view: SavedView | None) -> dict[str, str]:
    """Where what is shown can be saved as a view, or the saved one changed."""
    if view is not None:
        return {
            "save_url": "",
            "view_url": reverse("desk:saved_view", args=[view.pk]) if can_change_view(user, view) else "",
        }
    words = write_criteria(criteria)
    is_narrowed = words not in ("", f"view={criteria.view}")
    return {"save_url": f"{reverse('desk:new_saved_view')}?{words}" if is_narrowed else "", "view_url": ""}


def _heading(reading: Reading, saved: SavedView | None) -> dict[str, Any]:
    criteria = reading.criteria
    chips = chips_of(criteria)
    title = view_title(criteria.view)
    if saved is not None:
        title = saved.name
    elif criteria.words:
        title = _("%(view)s with “%(words)s”") % {"view": title, "words": criteria.words}
    return {
        "title": title,
        "view": criteria.view,
        "chips": chips,
        "is_narrowed": bool(chips or criteria.words),
        "not_understood": ", ".join(reading.not_understood),
    }
