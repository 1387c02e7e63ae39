"""Two people side by side, before they become one; and the way back."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.actions.merging import merge_people, obstacle, undo_merger
from helpdesk.accounts.models import ContactPoint, Merger, User
from helpdesk.accounts.permissions import can_keep_address_book
from helpdesk.accounts.queries import PeopleCriteria, address_book, likely_duplicates, people_known_to
from helpdesk.accounts.registries import merger_parts
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.views.desk.page import load_person, show, words_of
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther
from helpdesk.core.retrying import retrying

MOST_FOUND = 10


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def merging(request: StaffRequest, pk: int) -> HttpResponse:
    """Who else is this? Then both side by side; a POST merges `with` into this person and leads to their card."""
    survivor = load_person(request, pk)
    if not can_keep_address_book(request.user):
        raise PermissionDenied
    if request.method != "POST":
        other = _other(request, request.GET.get("with", ""))
        return _sides(request, survivor, other) if other else _choice(request, survivor)
    other = _other(request, request.POST.get("with", ""))
    if other is None or request.POST.get("sure") != "on":
        return _sides(request, survivor, other, unsure=True, status=422) if other else _choice(request, survivor, 422)
    try:
        retrying(partial(merge_people, survivor=survivor, merged=other, by=request.user))
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return _sides(request, survivor, other, refusal=str(refusal), status=status)
    return SeeOther(reverse("people:person", args=[survivor.pk]))


@staff_required
@require_POST
def merger_undoing(request: StaffRequest, pk: int) -> HttpResponse:
    """The two are two again; leads to the card of the one that comes back."""
    known = people_known_to(request.user).order_by().values("pk")
    found = Merger.objects.filter(survivor__in=known, merged__in=known).select_related("survivor", "merged")
    merger = get_object_or_404(found, pk=pk)
    try:
        retrying(partial(undo_merger, merger=merger, by=request.user))
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        context = {"merger": merger, "refusal": str(refusal)}
        return show(request, "accounts/desk/merger_refused.html", context, status=status)
    return SeeOther(reverse("people:person", args=[merger.merged_id]))


def _other(request: StaffRequest, key: str) -> User | None:
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    return people_known_to(request.user).select_related("organisation").filter(pk=int(key)).first()


def _choice(request: StaffRequest, survivor: User, status: int = 200) -> HttpResponse:
    words = words_of(request, "q")
    found: list[User] = []
    if words:
        people = address_book(request.user, PeopleCriteria(words=words)).exclude(pk=survivor.pk)
        found = list(people.select_related("organisation").order_by("name", "pk")[:MOST_FOUND])
    else:
        found = likely_duplicates(survivor, request.user)
    context = {"customer": survivor, "words": words, "found": found}
    return show(request, "accounts/desk/merging_choice.html", context, status=status)


def _sides(
    request: StaffRequest,
    survivor: User,
    other: User,
    *,
    refusal: str = "",
    unsure: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "survivor": _side(survivor),
        "other": _side(other),
        "unsure": unsure,
        "refusal": refusal or obstacle(survivor, other),
        "swap_url": f"{reverse('people:merging', args=[other.pk])}?with={survivor.pk}",
    }
    return show(request, "accounts/desk/merging.html", context, status=status)


def _side(person: User) -> dict[str, Any]:
    points = ContactPoint.objects.filter(user=person).order_by("kind", "pk")
    return {
        "row": person,
        "points": [point.value for point in points],
        "parts": [{"label": part.label, "count": part.count(person)} for _name, part in merger_parts.items()],
    }
