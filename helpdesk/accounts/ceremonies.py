"""Passkeys (WebAuthn, https://www.w3.org/TR/webauthn-3/): what a browser is asked, and whether it answered.

The challenge goes along with the page, signed, and comes back with the answer, so that showing a page writes nothing;
whoever takes an answer sees to it that it counts once (`actions.passkeys`).
"""

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    PublicKeyCredentialRpEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused

CEREMONY_SECONDS = 15 * 60
LONGEST_ANSWER = 20_000
_SALT = "helpdesk.accounts.ceremonies"
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The name to which passkeys belong, and the only origin they are taken from."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """`options` for the browser (JSON), and `state`, which comes back with its answer."""

    options: str
    state: str


def relying_party(request: HttpRequest) -> RelyingParty | None:
    """Who we are to browsers, by SITE_URL; None where that allows no passkeys: they belong to a host name (never to an
    IP address), and to https. A machine of a developer is reached as `localhost`."""
    site = urlsplit(settings.SITE_URL)
    name = site.hostname or ""
    if name in LOOPBACK and request.get_host().partition(":")[0] == "localhost":
        return RelyingParty("localhost", f"{site.scheme}://{request.get_host()}")
    if _is_address(name) or (site.scheme != "https" and name != "localhost" and not name.endswith(".localhost")):
        return None
    return RelyingParty(name, f"{site.scheme}://{site.netloc}")


def why_no_passkeys(request: HttpRequest) -> str:
    """The sentence for the page; "" where passkeys can be had."""
    if relying_party(request) is not None:
        return ""
    if _is_address(urlsplit(settings.SITE_URL).hostname or ""):
        return _(
            "Passkeys belong to a host name with https, and this desk is reached by an IP address (%(url)s). An "
            "administrator can give it a name in SITE_URL."
        ) % {"url": settings.SITE_URL}
    return _(
        "Passkeys need https, and this desk is reached without it (%(url)s). An administrator can change that."
    ) % {"url": settings.SITE_URL}


def ask_to_make(party: RelyingParty, user: User) -> Asked:
    """A new passkey of the person's: one that is found without a name and asks for a finger, a face or a PIN."""
    options, state = _server(party).register_begin(
        user=auth.build_user_payload(user),
        credentials=auth.get_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        extensions=auth.EXTENSIONS,
    )
    return _asked(options, state, f"make {user.pk}")


def ask_to_show(party: RelyingParty, user: User | None) -> Asked:
    """One of the person's passkeys; with nobody named, whichever the browser has for us."""
    options, state = _server(party).authenticate_begin(
        credentials=auth.get_credentials(user) if user is not None else [],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _asked(options, state, f"show {user.pk if user else ''}")


def made(party: RelyingParty, user: User, *, answer: str, state: str) -> dict[str, Any]:
    """The credential that the browser made. Raises Refused."""
    credential, opened = _answer(answer), _opened(state, f"make {user.pk}")
    try:
        auth.parse_registration_response(credential)
        binding = _server(party).register_complete(opened, credential)
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise Refused(_not_taken()) from error
    if not binding.is_user_verified():
        raise Refused(_not_taken())
    return credential


def whose(answer: str) -> int | None:
    """The key of the person who is said to have answered; None when it says nobody. Nothing is proved by it."""
    try:
        handle = _answer(answer)["response"]["userHandle"]
        return int(url_str_to_user_pk(websafe_decode(handle).decode("ascii")))
    except (Refused, ValueError, TypeError, KeyError, AttributeError, ValidationError):
        return None


def shown(party: RelyingParty, user: User, *, answer: str, state: str, is_named: bool) -> bytes:
    """The id of the person's credential that answered. `is_named`: this person was asked, not anybody. Raises
    Refused."""
    credential, opened = _answer(answer), _opened(state, f"show {user.pk if is_named else ''}")
    try:
        auth.parse_authentication_response(credential)
        found = _server(party).authenticate_complete(opened, auth.get_credentials(user), credential)
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise Refused(_not_taken()) from error
    return bytes(found.credential_id)


def challenge_of(state: str) -> str:
    """What makes this ceremony another than every other one."""
    return str(signing.loads(state, salt=_SALT)["state"]["challenge"])


def _server(party: RelyingParty) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=party.id, name=settings.SITE_NAME)
    return Fido2Server(entity, verify_origin=lambda origin: origin == party.origin)


def _asked(options: Any, state: Any, purpose: str) -> Asked:
    signed = signing.dumps({"state": dict(state), "for": purpose}, salt=_SALT)
    return Asked(json.dumps(dict(options)["publicKey"], default=dict), signed)


def _opened(state: str, purpose: str) -> dict[str, Any]:
    try:
        found = signing.loads(state, salt=_SALT, max_age=CEREMONY_SECONDS)
    except signing.SignatureExpired as error:
        raise Refused(_("That took too long. Try once more.")) from error
    except signing.BadSignature as error:
        raise Refused(_not_taken()) from error
    if found.get("for") != purpose:
        raise Refused(_not_taken())
    return dict(found["state"])


def _answer(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise Refused(_not_taken())
    try:
        found = json.loads(answer)
    except ValueError as error:
        raise Refused(_not_taken()) from error
    if not isinstance(found, dict):
        raise Refused(_not_taken())
    return found


def _not_taken() -> str:
    return _("This passkey could not be taken. Try once more, or come in another way.")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
