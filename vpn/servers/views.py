"""The door for hosts: nobody signs in, each shows the token of its server."""

import json
from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from helpdesk.core.errors import Refused
from helpdesk.core.middleware import client_address
from vpn.models import Host
from vpn.servers.actions import hosting, reporting
from vpn.servers.orders import orders_for
from vpn.servers.reports import read_report

HostView = Callable[[HttpRequest, Host], HttpResponse]
MOST_BYTES = 8_000_000


def for_hosts(view: HostView) -> Callable[[HttpRequest], HttpResponse]:
    """POST with the token; 401 without. No cookie counts here, so there is nothing to be forged."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        host = hosting.host_with(token) if scheme == "Bearer" and token else None
        if host is None:
            return JsonResponse({"error": "no such token"}, status=401, headers={"WWW-Authenticate": "Bearer"})
        return view(request, host)

    return csrf_exempt(login_not_required(never_cache(require_POST(answer))))


@for_hosts
def pull(request: HttpRequest, host: Host) -> HttpResponse:
    """What the host is to do."""
    reporting.note_asked(host=host)
    return JsonResponse(orders_for(host))


@for_hosts
def report(request: HttpRequest, host: Host) -> HttpResponse:
    """What the host found."""
    try:
        said = read_report(json.loads(request.body[:MOST_BYTES]))
    except (ValueError, RecursionError, Refused):
        return JsonResponse({"error": "this is no report"}, status=422)
    reporting.take_in(host=host, report=said, address=client_address(request))
    return JsonResponse({"taken": True})
