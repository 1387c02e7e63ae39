"""Proving who one is: what a session remembers of it, and asking once more before what is dangerous.

Both marks name the person: whoever else signs in within the same session has proved nothing.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from helpdesk.accounts.capabilities import role_requires_mfa
from helpdesk.accounts.enums import Way
from helpdesk.accounts.models import User
from helpdesk.accounts.paths import safe_path
from helpdesk.core.http import see_other

PROOF_SECONDS = 15 * 60
_PROOF, _FACTOR = "proof", "second_factor"
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def note_proof(request: HttpRequest, user: User, by: str) -> None:
    """The person has just proved who they are, by this way."""
    request.session[_PROOF] = {"user": user.pk, "at": int(time.time()), "by": str(by)}


def recently_proved(request: HttpRequest) -> bool:
    """Whether whoever is signed in proved it within the last quarter of an hour: by signing in, or once more."""
    return bool(_proof(request))


def proved_without_password(request: HttpRequest) -> bool:
    """Whether that was by something else than the password, which then need not be asked to choose another."""
    return _proof(request) not in ("", Way.PASSWORD, Way.OUTSIDE)


def proved_at(session: Mapping[str, Any], user: User) -> datetime | None:
    """When the person proved themselves last in this session, however long ago; None when that is not known."""
    mark = session.get(_PROOF)
    if not isinstance(mark, dict) or mark.get("user") != user.pk:
        return None
    return datetime.fromtimestamp(mark["at"], UTC)


def way_of(session: Mapping[str, Any], user: User) -> str:
    """By which way that was; "" when that is not known."""
    mark = session.get(_PROOF)
    return str(mark["by"]) if isinstance(mark, dict) and mark.get("user") == user.pk else ""


def note_factor(request: HttpRequest, user: User, factor: str) -> None:
    """The person has given their second factor in this session."""
    request.session[_FACTOR] = {"user": user.pk, "by": str(factor)}


def factor_of(session: Mapping[str, Any], user: User) -> str:
    """By which second factor the session was entered; "" for none."""
    mark = session.get(_FACTOR)
    return str(mark["by"]) if isinstance(mark, dict) and mark.get("user") == user.pk else ""


def owes_second_factor(session: Mapping[str, Any], user: User) -> bool:
    """Whether the person's role asks for a second factor that this session has not seen. No statement."""
    return role_requires_mfa(user.role) and not factor_of(session, user)


def proof_required(view: View) -> View:
    """A decorator for what is dangerous: whoever proved nothing lately is led to do so, and comes back to the page. A
    form that came too late leads to the page on which it stood."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if recently_proved(request):
            return view(request, *args, **kwargs)
        return see_other(request, proof_url(request))

    return cast(View, guarded)


def proof_url(request: HttpRequest) -> str:
    """The page that asks for a proof and leads back to this one."""
    here = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        came = urlsplit(request.headers.get("Referer", ""))
        here = came.path + (f"?{came.query}" if came.query else "") if came.netloc == request.get_host() else "/"
    return f"{reverse('proof')}?{urlencode({'next': safe_path(here) or '/'})}"


def opens_without_second_factor(view: View) -> View:
    """A decorator for the few pages that somebody needs to set a second factor up, or to go."""
    view.opens_without_second_factor = True  # type: ignore[attr-defined]
    return view


def _proof(request: HttpRequest) -> str:
    mark = request.session.get(_PROOF)
    if not isinstance(mark, dict) or mark.get("user") != request.user.pk:
        return ""
    return str(mark["by"]) if 0 <= time.time() - mark["at"] < PROOF_SECONDS else ""
