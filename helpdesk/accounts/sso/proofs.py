"""When and how whoever is signed in has proved who they are, in the words of OpenID Connect."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone

from helpdesk.accounts.models import User

_ASKED = "sso_asked_again"
_METHODS = {"password": "pwd", "link": "otp", "passkey": "hwk", "app": "otp", "recovery": "otp"}


def proved_at(request: HttpRequest, person: User) -> datetime:
    """When the person proved themselves in this session, else when they signed in last."""
    mark = request.session.get("proof")
    if isinstance(mark, dict) and mark.get("user") == person.pk:
        return datetime.fromtimestamp(mark["at"], UTC)
    return person.last_login or timezone.now()


def methods_of(request: HttpRequest, person: User) -> list[str]:
    """The values of `amr` (RFC 8176): by what the person came in, and `mfa` where a second factor was given."""
    found = []
    for name, more in (("proof", ()), ("second_factor", ("mfa",))):
        mark = request.session.get(name)
        if isinstance(mark, dict) and mark.get("user") == person.pk:
            found += [*([_METHODS[mark["by"]]] if mark.get("by") in _METHODS else []), *more]
    return list(dict.fromkeys(found))


def asked_again_at(request: HttpRequest, what: str) -> datetime:
    """When this session was first told to prove itself for `what` (a request of a site); now, if never before."""
    asked = request.session.get(_ASKED)
    if not isinstance(asked, list) or asked[0] != what:
        asked = request.session[_ASKED] = [what, timezone.now().timestamp()]
    return datetime.fromtimestamp(asked[1], UTC)
