"""Unsubscribing by the link of a letter, and the door of live events as it is where nothing can be held open."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from helpdesk.accounts.actions.personal import unsubscribe as leave
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.core.http import render
from helpdesk.core.retrying import retrying
from helpdesk.notifications.choices import subscription_of
from helpdesk.notifications.live.channels import Shut, asked_for, listener_of


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, for scanners open every link; the POST is the mail program's one click (RFC 8058, section 3.2), which
    has no session and no form of ours, or the button's. The token is all it takes, and all it can do is this."""
    found = subscription_of(token)
    if found is None:
        raise Http404
    person, topic = found
    if request.method == "POST":
        retrying(lambda: leave(person=person, topic=topic))
    context = {"topic": topic.label, "is_done": request.method == "POST"}
    response = render(request, "notifications/unsubscribe.html", context)
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_GET
def events(request: SignedInRequest) -> HttpResponse:
    """503: it is the events process that answers (helpdesk.notifications.live.door). 404 to whoever may not listen."""
    try:
        kind, key = asked_for(request.GET.dict())
        listener_of(request.user, "", kind, key)
    except Shut as shut:
        raise Http404 from shut
    return HttpResponse(status=503, headers={"Retry-After": "5"})
