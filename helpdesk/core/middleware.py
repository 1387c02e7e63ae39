"""Every request has an id, a door and an address, and comes whole or not at all."""

import re
from collections.abc import Callable
from html import unescape
from io import IOBase
from ipaddress import ip_address
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from helpdesk.core.context import acting_from
from helpdesk.core.http import wants_fragment

Handler = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str:
    """The peer's address; the nearest proxy's word for it only when the settings say there is one and it is an
    address: what comes of a header never is anything else."""
    peer = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    if settings.BEHIND_PROXY:
        nearest = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        try:
            return str(ip_address(nearest.partition("%")[0]))
        except ValueError:
            return peer
    return peer


DOORS = frozenset({"desk", "cabinet", "admin", "api"})


def door_of(path: str) -> str:
    """The door that an address belongs to; `web` for those that belong to everybody, as signing in."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in DOORS else "web"


def request_context(get_response: Handler) -> Handler:
    """Sets the origin of everything the request does and answers its id as `X-Request-ID`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with acting_from(door_of(request.path_info), address=client_address(request), request_id=uuid4().hex) as origin:
            response = get_response(request)
        response["X-Request-ID"] = origin.request_id
        if not response.has_header("Cache-Control") and not request.path_info.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "no-store"
        return response

    return middleware


class _Whole(IOBase):
    """A request's body that raises BadRequest where it ends before the length that its head promised. Servers give what
    is asked for (PEP 3333): less is the end."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        return self._counted(self._stream.read(size), at_least=wanted)

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._counted(self._stream.readline(size), at_least=min(1, self._left))

    def _counted(self, found: bytes, *, at_least: int) -> bytes:
        if len(found) < at_least:
            raise BadRequest("The connection was lost before the whole request had come.")
        self._left -= len(found)
        return found


def whole_requests(get_response: Handler) -> Handler:
    """A form whose connection was lost on its way counts for nothing: Django would take what had come of it, and half
    of a file for the file."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and hasattr(request, "_stream"):
            request._stream = cast(BinaryIO, _Whole(request._stream, int(length)))
        return get_response(request)

    return middleware


_SAID = re.compile(r"<h1>([^<]*)</h1>\s*<p>([^<]*)</p>")


def words_of_refusals(get_response: Handler) -> Handler:
    """What the page of an error says, as `Words-Said` (percent-encoded UTF-8) for htmx, which shows no such page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code >= 400 and wants_fragment(request) and not response.streaming:
            found = _SAID.search(response.content.decode("utf-8", "replace"))
            if found:
                response["Words-Said"] = quote(unescape(f"{found[1]}. {found[2]}"))
        return response

    return middleware


# The admin's pages are not ours: they carry inline scripts and styles, and their Alpine.js makes functions from text.
# Nothing is loaded from elsewhere, nothing is sent elsewhere, nobody frames them.
ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def admin_policy(get_response: Handler) -> Handler:
    """A content security policy of the admin's own; a view that set one keeps it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY)
            response.headers["X-Frame-Options"] = "DENY"
        return response

    return middleware
