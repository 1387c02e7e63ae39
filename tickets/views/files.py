"""Files of messages, for both doors: whoever may read the message may have its files."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import SignedInRequest
from tickets.downloads import hand_out
from tickets.models import Attachment


@require_safe
def file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The file as a download; a bitmap with `?inline` as a picture. 404 to whoever may not read its message.

    Where files have a host of their own it leads there.
    """
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return hand_out(request, found, may_show="inline" in request.GET)
