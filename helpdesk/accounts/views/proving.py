"""What the pages that ask for a proof have in common."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpdesk.accounts import ceremonies
from helpdesk.accounts.actions import attempts, browsers, passkeys, proofs, refusals
from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.adapter import agent_of, browser_secret
from helpdesk.accounts.enums import Door, Factor
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.middleware import client_address
from helpdesk.core.retrying import retrying

LONGEST_CODE = 40


def factor_given(request: HttpRequest, person: User) -> Factor:
    """By which second factor the form that came proves the person: a code, or the answer of a passkey. Raises
    TooManyAttempts, Refused; the journal has both."""
    known = browsers.is_known(person, browser_secret(request))
    try:
        attempt = attempts.begin(
            door=Door.CODE, about=f"person:{person.pk}", address=client_address(request), browser=known
        )
    except TooManyAttempts:
        refused(request, person, "limit")
        raise
    try:
        factor = _by_passkey(request, person) if request.POST.get("credential") else _by_code(request, person)
    except Refused:
        refused(request, person, "passkey" if request.POST.get("credential") else "code")
        raise
    attempts.succeed(attempt=attempt)
    return factor


def refused(request: HttpRequest, person: User | None, reason: str) -> None:
    refusals.refuse(person=person, reason=reason, address=client_address(request), agent=agent_of(request))


def factors_context(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the person can prove themselves by, as `accounts/_factors.html` reads it. Writes nothing."""
    factors = proofs.factors_of(person)
    party = ceremonies.relying_party(request)
    asked = ceremonies.ask_to_show(party, person) if party and factors.passkeys else None
    return {
        "has_code": factors.app_since is not None or bool(factors.codes_left),
        "has_app": factors.app_since is not None,
        "has_passkey": bool(factors.passkeys),
        "no_passkeys_why": ceremonies.why_no_passkeys(request) if factors.passkeys else "",
        "asked": asked,
    }


def _by_code(request: HttpRequest, person: User) -> Factor:
    code = request.POST.get("code", "")
    factor = retrying(lambda: proofs.try_code(person=person, code=code)) if 0 < len(code) <= LONGEST_CODE else None
    if factor is None:
        raise Refused(_("That code is not right, or was used already. Take the next one."))
    return factor


def _by_passkey(request: HttpRequest, person: User) -> Factor:
    party = ceremonies.relying_party(request)
    if party is None:
        raise Refused(ceremonies.why_no_passkeys(request))
    answer, state = request.POST["credential"], request.POST.get("state", "")
    passkeys.show(party=party, person=person, answer=answer, state=state, is_named=True)
    return Factor.PASSKEY
