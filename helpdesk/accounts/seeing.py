"""An administrator's requests while they see as somebody else: the person is `request.user`, nothing is changed."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from helpdesk.accounts.actions.seeing import SESSION_KEY
from helpdesk.accounts.models import Seeing
from helpdesk.accounts.permissions import can_see_as
from helpdesk.core.context import seen_by
from helpdesk.core.prepared import Prepared

END_PATH = "/accounts/seeing/end/"
DOORS = ("/desk/", "/cabinet/", "/files/", "/kb/")
"""Where one may look. Whatever is not named stays shut, and so do security, tokens and signing in on other sites."""
SHUT = "/desk/chat/"
"""What colleagues say to each other is theirs alone."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def _build_seeing(*, key: int) -> "models.QuerySet[Any]":
    return Seeing.objects.filter(pk=key).select_related("person").order_by("pk")


_seeing: Prepared[Seeing] = Prepared(_build_seeing)


class SeeAs:
    """Middleware, after the one that says who is signed in and before whatever asks them. It costs one statement, and
    only who sees as somebody: `request.seeing` is then the row, until it is ended also when its time is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _under_way(request)
        if found is None:
            return self.get_response(request)
        administrator: Any = request.user
        request.seeing = found  # type: ignore[attr-defined]
        request.may_see = not found.is_over and can_see_as(administrator, found.person)  # type: ignore[attr-defined]
        if request.may_see:  # type: ignore[attr-defined]
            request.user = found.person
        with seen_by(administrator.pk):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Refuse what would change something, and doors where one may not look."""
        seeing = getattr(request, "seeing", None)
        if seeing is None:
            return None
        if not request.may_see:  # type: ignore[attr-defined]
            why = "over"
        elif request.method not in SAFE:
            why = "unsafe"
        elif request.path_info.startswith(SHUT) or (
            request.path_info != "/" and not request.path_info.startswith(DOORS)
        ):
            why = "elsewhere"
        else:
            return None
        return render(request, "accounts/seeing_refused.html", {"why": why}, status=403)


def _under_way(request: HttpRequest) -> Seeing | None:
    key = request.session.get(SESSION_KEY)
    if key is None or request.path_info == END_PATH or not request.user.is_authenticated:
        return None
    found = next(iter(_seeing(key=key)), None)
    is_theirs = found is not None and found.administrator_id == request.user.pk and found.ended_at is None
    return found if is_theirs else None
