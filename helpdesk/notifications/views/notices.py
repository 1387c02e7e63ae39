"""The list behind the bell."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core import readable
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther, render
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying
from helpdesk.notifications.actions import reading
from helpdesk.notifications.models import Notice
from helpdesk.notifications.registries import known_of

SHOWN = 50
LARGEST = 2**63 - 1


@staff_required
@require_safe
def notices(request: StaffRequest) -> HttpResponse:
    """What this person was told, newest first; `before` goes on from the notice with that key."""
    before = request.GET.get("before", "")
    found = Notice.objects.of(request.user).select_related("subject_type")
    if before.isascii() and before.isdigit() and int(before) <= LARGEST:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: SHOWN + 1])
    shown = rows[:SHOWN]
    known = _known(shown, request.user)
    context = {
        "rows": [_row(each) for each in shown if each in known],
        "has_unread": any(each.read_at is None for each in shown),
        "newest": shown[0].pk if shown else 0,
        "older_url": f"{request.path}?before={shown[-1].pk}" if len(rows) > SHOWN else "",
        "newer_url": request.path if before else "",
        **frames["desk"](request.user, current="notices"),
    }
    return render(request, "notifications/desk/notices.html", context)


@staff_required
@require_POST
def notice_reading(request: StaffRequest, pk: int) -> HttpResponse:
    """They go to what it is about, or say that they know."""
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    retrying(lambda: reading.read(notice=notice, by=request.user))
    goes_there = "go" in request.POST and url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None)
    return SeeOther(notice.path if goes_there else reverse("notices:notices"))


@staff_required
@require_POST
def notice_readings(request: StaffRequest) -> HttpResponse:
    """All of them up to `until`, the newest that the page showed."""
    until = request.POST.get("until", "")
    if until.isascii() and until.isdigit() and int(until) <= LARGEST:
        retrying(lambda: reading.read_all(by=request.user, until=int(until)))
    return SeeOther(reverse("notices:notices"))


def _known(rows: Sequence[Notice], person: User) -> set[Notice]:
    """Those of which they may still know; one statement for each kind of thing."""
    keys: dict[str, set[int]] = {}
    for row in rows:
        keys.setdefault(_kind(row), set()).add(row.subject_id)
    seen = {kind: known_of[kind](person, wanted) for kind, wanted in keys.items() if kind in known_of}
    return {row for row in rows if _kind(row) not in seen or row.subject_id in seen[_kind(row)]}


def _kind(row: Notice) -> str:
    return f"{row.subject_type.app_label}.{row.subject_type.model}"


def _row(row: Notice) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "title": row.title,
        "text": row.text,
        "path": row.path,
        "is_unread": row.read_at is None,
        "at": row.happened_at,
        "at_text": readable.moment(row.happened_at),
    }
