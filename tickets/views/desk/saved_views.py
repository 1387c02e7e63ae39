"""Saved views of the list: kept, changed, deleted."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions.saved_views import change_view, delete_view, save_view
from tickets.enums import Audience
from tickets.forms.criteria import chips_of, read_criteria, write_criteria
from tickets.forms.saved_view import SavedViewForm
from tickets.models import SavedView
from tickets.permissions import can_change_view
from tickets.views.desk.frame import frame, saved_view_url, view_title


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
    context = {
        "form": form,
        "view": view,
        **words,
        "back_url": saved_view_url(view) if view else f"{address}?{words['criteria']}".removesuffix("?"),
        **frame(request.user, saved_view=view.pk if view else 0),
    }
    return render(request, "tickets/desk/saved_view.html", context, status=status)
