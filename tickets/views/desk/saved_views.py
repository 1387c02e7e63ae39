"""Saved views of the list: kept, changed, deleted."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.retrying import retrying
from tickets.actions.saved_views import change_view, delete_view, narrow_view, save_view
from tickets.enums import Audience
from tickets.forms.criteria import Known, Reading, chips_of, read_criteria, write_criteria
from tickets.forms.saved_view import SavedViewForm
from tickets.models import SavedView
from tickets.permissions import can_change_view
from tickets.queries import MOST_COUNTED, counts_of, rail_of
from tickets.views.desk.choices import chosen
from tickets.views.desk.frame import frame, saved_view_url, view_title

COUNTED_FOR = 20
"""So many seconds a browser keeps the counters."""


@staff_required
@require_safe
def saved_view_list(request: StaffRequest) -> HttpResponse:
    """Every view that this person sees, what each holds and for whom it is; to htmx the counters of the rail."""
    seen = SavedView.objects.visible_to(request.user).select_related("owner", "team").by_name()
    rows = [_row(request.user, *each) for each in _counted(request.user, list(seen))]
    if wants_fragment(request):
        response = render(request, "tickets/desk/saved_views.html", {"rows": rows}, fragment="counters")
        patch_cache_control(response, private=True, max_age=COUNTED_FOR)
        return response
    return render(request, "tickets/desk/saved_views.html", {"rows": rows, **frame(request.user)}, fragment="counters")


@staff_required
@require_POST
def saved_view_criteria(request: StaffRequest) -> HttpResponse:
    """Put what the words of this URL name into the view `view` that there is already."""
    words = _words_of(request, request.GET)
    view = chosen(SavedView.objects.visible_to(request.user), request.POST.get("view", ""))
    form = SavedViewForm(by=request.user)
    try:
        if view is None:
            raise Refused(_("Choose a view that you may change."))
        narrowed = retrying(partial(narrow_view, view=view, by=request.user, criteria=words["criteria"]))
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return _page(request, form, words | {"refusal": str(refusal)}, status=status)
    return SeeOther(saved_view_url(narrowed))


def _counted(user: User, views: list[SavedView]) -> list[tuple[SavedView, Reading, int | None]]:
    params = [QueryDict(view.criteria) for view in views]
    known = Known(user, params)
    readings = [read_criteria(each, by=user, known=known) for each in params]
    counts = counts_of(user, [reading.criteria for reading in readings])
    return list(zip(views, readings, counts, strict=True))


def _row(user: User, view: SavedView, reading: Reading, count: int | None) -> dict[str, Any]:
    audiences = {Audience.PRIVATE: _("Only %(owner)s") % {"owner": view.owner}, Audience.EVERYBODY: _("Everybody")}
    return {
        "pk": view.pk,
        "name": view.name,
        "url": saved_view_url(view),
        "audience": _("Team %(name)s") % {"name": view.team} if view.team else audiences[Audience(view.audience)],
        "title": view_title(reading.criteria.view),
        "chips": [{"name": chip.name, "label": chip.label} for chip in chips_of(reading.criteria)],
        "count": "" if count is None else f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count),
        "can_change": can_change_view(user, view),
    }


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_saved_view(request: StaffRequest) -> HttpResponse:
    """Keep the list that the words of this URL name, which are those of the list's."""
    words = _words_of(request, request.GET)
    if request.method != "POST":
        return _page(request, SavedViewForm(by=request.user), words)
    form = SavedViewForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, form, words, status=422)
    try:
        view = retrying(partial(save_view, by=request.user, criteria=words["criteria"], **form.cleaned_data))
    except Refused as refusal:
        return _refused(request, form, words, refusal)
    return SeeOther(saved_view_url(view))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Its name and for whom it is."""
    view = _load(request, pk)
    words = _words_of(request, QueryDict(view.criteria))
    if request.method != "POST":
        return _page(request, SavedViewForm(by=request.user, view=view), words, view=view)
    form = SavedViewForm(request.POST, by=request.user, view=view)
    if not form.is_valid():
        return _page(request, form, words, view=view, status=422)
    try:
        changed = retrying(partial(change_view, view=view, by=request.user, **form.cleaned_data))
    except Refused as refusal:
        return _refused(request, form, words, refusal, view=view)
    return SeeOther(saved_view_url(changed))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_deletion(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks whether to delete the view; a POST does it and leads to the list of all tickets."""
    view = _load(request, pk)
    if request.method == "POST":
        retrying(partial(delete_view, view=view, by=request.user))
        return SeeOther(reverse("desk:tickets"))
    context = {"view": view, "is_shared": view.audience != Audience.PRIVATE, **frame(request.user, saved_view=view.pk)}
    return render(request, "tickets/desk/saved_view_deletion.html", context)


def _load(request: StaffRequest, pk: int) -> SavedView:
    """The view: 404 for one that this person does not see, 403 for one that they see and may not change."""
    found = SavedView.objects.visible_to(request.user).select_related("owner", "team")
    view = get_object_or_404(found, pk=pk)
    if not can_change_view(request.user, view):
        raise PermissionDenied
    return view


def _words_of(request: StaffRequest, params: QueryDict) -> dict[str, Any]:
    """What was understood of the words, to be kept and to be shown."""
    user = request.user
    reading = read_criteria(params, by=user)
    chips = chips_of(reading.criteria)
    return {
        "criteria": write_criteria(reading.criteria),
        "view_title": view_title(reading.criteria.view),
        "words": reading.criteria.words,
        "chips": [{"name": chip.name, "label": chip.label} for chip in chips],
        "not_understood": ", ".join(reading.not_understood),
    }


def _refused(
    request: StaffRequest,
    form: SavedViewForm,
    words: dict[str, Any],
    refusal: Refused,
    *,
    view: SavedView | None = None,
) -> HttpResponse:
    form.add_error(None, str(refusal))
    return _page(request, form, words, view=view, status=403 if isinstance(refusal, NotAllowed) else 422)


def _page(
    request: StaffRequest,
    form: SavedViewForm,
    words: dict[str, Any],
    *,
    view: SavedView | None = None,
    status: int = 200,
) -> HttpResponse:
    address = reverse("desk:tickets")
    rail = rail_of(request.user)
    mine = [] if view else [(str(each.pk), each.name) for each in rail.saved if can_change_view(request.user, each)]
    context = {
        "form": form,
        "refusal": "",
        "replaceable": mine,
        "replacing_url": f"{reverse('desk:saved_view_criteria')}?{words['criteria']}",
        "view": view,
        **words,
        "back_url": saved_view_url(view) if view else f"{address}?{words['criteria']}".removesuffix("?"),
        **frame(request.user, saved_view=view.pk if view else 0, rail=rail),
    }
    return render(request, "tickets/desk/saved_view.html", context, status=status)
