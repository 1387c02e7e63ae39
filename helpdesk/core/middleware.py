"""Every request has an id, a door and an address."""

from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.core.context import acting_from

Handler = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str:
    """The peer's address; the nearest proxy's word for it only when the settings say there is one."""
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()[:45]
    return request.META.get("REMOTE_ADDR") or "127.0.0.1"


def request_context(get_response: Handler) -> Handler:
    """Sets the origin of everything the request does and answers its id as `X-Request-ID`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        door = "api" if request.path_info.startswith("/api/") else "web"
        with acting_from(door, address=client_address(request), request_id=uuid4().hex) as origin:
            response = get_response(request)
        response["X-Request-ID"] = origin.request_id
        if not response.has_header("Cache-Control") and not request.path_info.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "no-store"
        return response

    return middleware
