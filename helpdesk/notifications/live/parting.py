"""What a page says once it may hear no more, and the way back in."""

from django.http import HttpRequest
from django.utils import translation

from helpdesk.accounts import parting
from helpdesk.notifications.live.streams import GONE

NOT_THEIRS = 404
SAID = (GONE, NOT_THEIRS)
"""The statuses of which pages say something."""


def farewell(status: int, *, language: str, page: str) -> str:
    """A sentence as HTML; `page` is the address of the page, to which signing in leads back."""
    with translation.override(language):
        return parting.farewell(page=page, is_signed_out=status == GONE)


def language_of(accepted: str) -> str:
    """What a browser reads best (`Accept-Language`), of what there is."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)
