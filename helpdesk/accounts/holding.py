"""A form that came before its sender had proved who they are waits in their session, sealed, and goes on afterwards."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from secrets import token_urlsafe
from typing import Any, TypeVar, cast
from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from helpdesk.accounts.paths import safe_path
from helpdesk.accounts.stepping_up import PROOF_SECONDS, proof_url, recently_proved
from helpdesk.core.fields import seal, unseal
from helpdesk.core.http import see_other

_HELD, _TOKEN = "held", "csrfmiddlewaretoken"
LONGEST = 100_000
"""Characters; what is longer than a form that somebody typed is not kept."""
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Held:
    """Where the form was going, the page on which it stood, and what it said, name by name."""

    path: str
    back: str
    said: list[tuple[str, str]]


def proof_asked(request: HttpRequest, *, opens: bool = True) -> HttpResponse | None:
    """None for whoever proved lately who they are; else the way to do so, after which a form that came goes on. The
    page itself opens without, unless not `opens`."""
    is_read = request.method in ("GET", "HEAD")
    if recently_proved(request):
        if not is_read:
            request.session.pop(_HELD, None)
        return None
    if is_read:
        return None if opens else see_other(request, proof_url(request))
    key = _hold(request)
    if not key:
        return see_other(request, proof_url(request))
    there = f"{reverse('held')}?{urlencode({'key': key})}"
    return see_other(request, f"{reverse('proof')}?{urlencode({'next': there})}")


def proof_first(view: View) -> View:
    """A decorator for pages that serve nothing else than what is dangerous: they open after a proof."""
    return _guarded(view, opens=False)


def proof_to_send(view: View) -> View:
    """A decorator for pages that everybody may read whom they are open to; what is sent needs a proof."""
    return _guarded(view, opens=True)


def held(request: HttpRequest, key: str) -> Held | None:
    """What waits under the key, for the person who sent it; None when nothing does any more."""
    kept = request.session.get(_HELD)
    if not isinstance(kept, dict) or (kept["key"], kept["user"]) != (key, request.user.pk):
        return None
    if not 0 <= time.time() - kept["at"] < PROOF_SECONDS:
        return None
    said = [(str(name), str(value)) for name, value in json.loads(unseal(kept["sealed"]))]
    return Held(path=kept["path"], back=kept["back"], said=said)


def _hold(request: HttpRequest) -> str:
    """The key under which the form waits; "" for what is too much or has files in it."""
    said = [(name, value) for name, values in request.POST.lists() if name != _TOKEN for value in values]
    told = json.dumps(said)
    if request.FILES or len(told) > LONGEST or not safe_path(request.get_full_path()):
        return ""
    came = urlsplit(request.headers.get("Referer", ""))
    key = token_urlsafe(16)
    request.session[_HELD] = {
        "key": key,
        "user": request.user.pk,
        "at": int(time.time()),
        "path": request.get_full_path(),
        "back": _page(came) if came.netloc == request.get_host() else "",
        "sealed": seal(told),
    }
    return key


def _page(url: SplitResult) -> str:
    return safe_path(f"{url.path}?{url.query}" if url.query else url.path)


def _guarded(view: View, *, opens: bool) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = proof_asked(request, opens=opens)
        return view(request, *args, **kwargs) if asked is None else asked

    return cast(View, guarded)
