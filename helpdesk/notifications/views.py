"""The door of live events, as it is where nothing can be held open."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from helpdesk.accounts.requests import SignedInRequest
from helpdesk.notifications.live.channels import Shut, asked_for, listener_of


@require_GET
def events(request: SignedInRequest) -> HttpResponse:
    """503: it is the events process that answers (helpdesk.notifications.live.door). 404 to whoever may not listen."""
    try:
        kind, key = asked_for(request.GET.dict())
        listener_of(request.user, "", kind, key)
    except Shut as shut:
        raise Http404 from shut
    return HttpResponse(status=503, headers={"Retry-After": "5"})
