"""Every request has an id, a door and an address."""

from collections.abc import Callable
from ipaddress import ip_address
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.core.context import acting_from

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
