"""What an open page says once its session has ended, and the way back in: what stands on it stays, to be copied or sent
after signing in."""

from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from helpdesk.accounts.paths import safe_path
from helpdesk.core.parts import part


def sign_in_url(page: str) -> str:
    """Where one signs in to be led back to `page`, an address; to the first page of all from other sites."""
    address = urlsplit(page)
    return redirect_to_login(safe_path(urlunsplit(("", "", address.path, address.query, ""))) or "/").url


def farewell(*, page: str, is_signed_out: bool = True) -> SafeString:
    """A toast as HTML, in the language that is active: one is signed out, or may not see `page` any more."""
    return part("accounts/_parting.html", {"is_signed_out": is_signed_out, "url": sign_in_url(page)})


def parted(request: HttpRequest) -> HttpResponse:
    """401 to htmx: the toast alone, wherever the part that was asked for would have gone."""
    here = getattr(request, "htmx").current_url_abs_path or ""  # noqa: B009 - set by its middleware
    headers = {"HX-Retarget": "#toasts", "HX-Reswap": "innerHTML", "WWW-Authenticate": "Cookie"}
    return HttpResponse(farewell(page=here), status=401, headers=headers)
