"""Browsers that show notices: our key for them, setting one up, taking one away, and the worker they run."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.devices import device_of
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.core.retrying import retrying
from helpdesk.notifications.actions import browsers as actions
from helpdesk.notifications.models import Browser

WORKER = settings.BASE_DIR / "static/js/notices-worker.js"


@staff_required
@require_POST
def push_key(request: StaffRequest) -> JsonResponse:
    """What `PushManager.subscribe` wants to know; a POST, for the key is made when nobody asked before."""
    return JsonResponse({"key": retrying(actions.public_key)})


@staff_required
@require_POST
def browsers(request: StaffRequest) -> HttpResponse:
    """Set up the browser that asks, by what its subscription says."""
    said = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    name = device_of(request.headers.get("User-Agent", ""))
    try:
        retrying(lambda: actions.subscribe(person=request.user, name=name, **said))
    except Refused as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@staff_required
@require_POST
def browser_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing is shown there any more."""
    browser = get_object_or_404(Browser, person=request.user, pk=pk)
    retrying(lambda: actions.unsubscribe(browser=browser, by=request.user))
    return SeeOther(reverse("notices:choices") + "#browsers")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that shows what comes; the same for everybody."""
    response = HttpResponse(WORKER.read_text(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
