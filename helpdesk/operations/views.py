"""The doors for monitoring. Nobody signs in here; figures are only for this machine and for who has the token."""

from dataclasses import asdict
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from helpdesk.core.middleware import client_address
from helpdesk.operations import metrics as figures
from helpdesk.operations.health import examine

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Restart it when it doesn't."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether requests may be sent here: 200, or 503 with what is wrong; with figures for who may see them."""
    found = examine()
    document = asdict(found)
    if not _may_see_figures(request):
        del document["queues"]
    return JsonResponse(document, status=200 if found.is_ready else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus; 403 to everybody else."""
    if not _may_see_figures(request):
        return HttpResponse("From this machine, or with METRICS_TOKEN as a bearer token.\n", status=403)
    return HttpResponse(figures.exposition(), content_type=figures.CONTENT_TYPE)


def _may_see_figures(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return True
    return _is_from_here(request)


def _is_from_here(request: HttpRequest) -> bool:
    """A proxy on this machine that the settings don't know of makes everybody look local: then nobody is."""
    if not settings.BEHIND_PROXY and any(request.headers.get(name) for name in FORWARDED):
        return False
    try:
        return ip_address(client_address(request)).is_loopback
    except ValueError:
        return False
