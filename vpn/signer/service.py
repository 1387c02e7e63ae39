"""What the signer does with a request, and what it doesn't do whoever asks."""

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from cryptography import x509
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki.authority import Issuer
from vpn.pki.certificates import Use
from vpn.pki.naming import check_common_name, check_server_name
from vpn.pki.private_keys import key_type
from vpn.pki.revocation_lists import Reason, Revoked
from vpn.signer.ledger import Ledger, now
from vpn.signer.wire import LISTED_AT_ONCE, Unreadable, moment_of

log = structlog.get_logger(__name__)
REPEATED_WITHIN = timedelta(minutes=10)
"""Who didn't hear the answer asks again with the same request, and gets the same certificate."""
LARGEST_SERIAL = 1 << 160  # RFC 5280, 4.1.2.2
LARGEST_NUMBER = 1 << 62
"""Of the list that somebody says they know: whoever could name any would leave no number for those that follow."""
EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)  # RFC 5280, 5.1.2.6
AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Policy:
    """The signer's own limits: they hold whatever the program in front of it believes."""

    uses: frozenset[Use] = frozenset({Use.CLIENT})
    longest_days: int = 400
    per_hour: int = 200


class Service:
    """One authority. Requests come from several threads; signing and writing are done one after the other."""

    def __init__(self, issuer: Issuer, ledger: Ledger, policy: Policy) -> None:
        self.issuer, self.ledger, self.policy = issuer, ledger, policy
        self._lock = threading.Lock()

    def answer(self, message: dict[str, Any], *, peer: int) -> dict[str, Any]:
        """The answer to one request of this user (Unix number). Never raises for what came over the wire."""
        language = message.get("language")
        known = language if isinstance(language, str) and translation.check_for_language(language) else "en"
        with translation.override(known):
            try:
                return {"ok": True} | self._done(message, peer)
            except Refused as refusal:
                log.info("signer_refused", op=str(message.get("op"))[:20], peer=peer, refusal=str(refusal))
                return {"ok": False, "refusal": str(refusal)}
            except (Unreadable, KeyError, TypeError, ValueError, OverflowError) as error:
                log.warning("signer_unreadable", peer=peer, why=str(error)[:100])
                return {"ok": False, "refusal": _("The signer doesn't understand this request.")}
            except OSError as error:
                log.error("signer_cannot_write", why=str(error))
                return {"ok": False, "refusal": _("The signer can't write its ledger.")}

    def _done(self, message: dict[str, Any], peer: int) -> dict[str, Any]:
        match message["op"]:
            case "certify":
                return self._certify(message, peer)
            case "crl":
                return self._list(message)
            case "about":
                return self._about()
        raise Unreadable("an unknown op")

    def _certify(self, message: dict[str, Any], peer: int) -> dict[str, Any]:
        request, name = _text(message["request"]), _text(message["common_name"])
        use, until = self._use(message["use"]), moment_of(message["until"])
        name = check_common_name(name) if use is Use.CLIENT else check_server_name(name)
        digest = hashlib.sha256("\0".join([request, name, use, until.isoformat()]).encode()).hexdigest()
        with self._lock:
            at = now()
            if before := self.ledger.answer(digest, now=at, within=REPEATED_WITHIN):
                return {"certificate": before["pem"]}
            if until > at + timedelta(days=self.policy.longest_days):
                raise Refused(
                    _("The signer gives certificates for at most %(days)s days.") % {"days": self.policy.longest_days}
                )
            if self.ledger.since(at - timedelta(hours=1)) >= self.policy.per_hour:
                raise Refused(_("The signer has signed as many certificates this hour as it may: try again later."))
            made = self.issuer.sign(
                request, common_name=name, use=use, until=until, serial=self._unused_serial(), now=at
            )
            told = {"name": name, "use": use, "until": made.not_after.isoformat(), "peer": peer}
            self.ledger.certified(serial=made.serial, digest=digest, pem=made.pem, at=at, told=told)
        log.info("signer_certified", name=name, serial=f"{made.serial:x}", peer=peer)
        return {"certificate": made.pem}

    def _list(self, message: dict[str, Any]) -> dict[str, Any]:
        """The revocations that were told, and all that were ever told before. What can't stand in a list doesn't come
        into the ledger either: it would be in the way of every list after it."""
        entries, above = message["revoked"], message.get("above", 0)
        if not isinstance(entries, list) or len(entries) > LISTED_AT_ONCE:
            raise Unreadable("too many revocations at once")
        if type(above) is not int or not 0 <= above < LARGEST_NUMBER:
            raise Unreadable("not a number of a list")
        revoked = [_revoked(entry) for entry in entries]
        with self._lock:
            at = now()
            number = max(self.ledger.number, above) + 1
            known = {one.serial: one for one in reversed(revoked)} | self.ledger.revoked
            made = self.issuer.make_crl(list(known.values()), number=number, now=at)
            self.ledger.revoke(revoked)
            self.ledger.listed(number=number, at=at)
        log.info("signer_listed", number=number, revoked=len(made.serials))
        return {"crl": made.pem}

    def _about(self) -> dict[str, Any]:
        chain = self.issuer.lineage
        return {
            "issuing": chain[0],
            "root": chain[-1],
            "key_type": key_type(self.issuer.key),
            "uses": sorted(self.policy.uses),
            "longest_days": self.policy.longest_days,
            "issued": len(self.ledger.serials),
            "revoked": len(self.ledger.revoked),
            "crl_number": self.ledger.number,
        }

    def _use(self, text: object) -> Use:
        for use in self.policy.uses:
            if use == text:
                return use
        raise Refused(_("The signer doesn't certify for this use."))

    def _unused_serial(self) -> int:
        while (serial := x509.random_serial_number()) in self.ledger.serials:
            continue
        return serial


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("not a text")
    value.encode()  # half of a pair of UTF-16 is no text, and ends here
    return value


def _revoked(entry: dict[str, Any]) -> Revoked:
    try:
        serial, reason = int(_text(entry["serial"]), 16), Reason(entry["reason"])
    except ValueError as error:
        raise Unreadable("not a revocation") from error
    if not 0 < serial < LARGEST_SERIAL:
        raise Unreadable("not a serial number")
    at = moment_of(entry["at"]).astimezone(UTC)
    if not EARLIEST <= at <= now() + AHEAD:
        raise Unreadable("not a time of a revocation")
    return Revoked(serial, at, reason)
