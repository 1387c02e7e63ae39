"""What a page says once it may hear no more, and the way back in."""

from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.utils import translation

from helpdesk.accounts.paths import safe_path
from helpdesk.core.parts import part
from helpdesk.notifications.live.streams import GONE

NOT_THEIRS = 404
SAID = (GONE, NOT_THEIRS)
"""The statuses of which pages say something."""


def farewell(status: int, *, language: str, page: str) -> str:
    """A sentence as HTML; `page` is the address of the page, to which signing in leads back."""
    address = urlsplit(page)
    path = safe_path(urlunsplit(("", "", address.path, address.query, ""))) or "/"
    facts = {"is_signed_out": status == GONE, "url": redirect_to_login(path).url}
    with translation.override(language):
        return part("notifications/desk/_parting.html", facts)


def language_of(accepted: str) -> str:
    """What a browser reads best (`Accept-Language`), of what there is."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)
