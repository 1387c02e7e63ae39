"""When and how whoever is signed in has proved who they are, in the words of OpenID Connect."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone

from helpdesk.accounts import stepping_up
from helpdesk.accounts.enums import Factor, Way
from helpdesk.accounts.models import User

_ASKED = "sso_asked_again"
_METHODS: dict[str, str] = {
    Way.PASSWORD: "pwd",
    Way.LINK: "otp",
    Way.PASSKEY: "hwk",
    Factor.APP: "otp",
    Factor.PASSKEY: "hwk",
    Factor.RECOVERY: "otp",
}
"""The words of RFC 8176 for ours, where it has one."""


def proved_at(request: HttpRequest, person: User) -> datetime:
    """When the person proved themselves in this session, else when they signed in last."""
    return stepping_up.proved_at(request.session, person) or person.last_login or timezone.now()


def methods_of(request: HttpRequest, person: User) -> list[str]:
    """The values of `amr`: by what the person came in, and `mfa` where a second factor was given."""
    way, factor = stepping_up.way_of(request.session, person), stepping_up.factor_of(request.session, person)
    found = [_METHODS.get(way, ""), _METHODS.get(factor, ""), "mfa" if factor else ""]
    return [word for word in dict.fromkeys(found) if word]


def asked_again_at(request: HttpRequest, what: str) -> datetime:
    """When this session was first told to prove itself for `what` (a request of a site); now, if never before."""
    asked = request.session.get(_ASKED)
    if not isinstance(asked, list) or asked[0] != what:
        asked = request.session[_ASKED] = [what, timezone.now().timestamp()]
    return datetime.fromtimestamp(asked[1], UTC)
