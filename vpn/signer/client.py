"""Who signs, as the rest of the program sees it: the process behind a socket, or a key that somebody just opened."""

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.core.errors import Away, Refused
from vpn.pki.authority import Issuer
from vpn.pki.certificates import Certificate, Use, parse, read_certificate, split_chain
from vpn.pki.private_keys import check_public_key, key_type, read_key
from vpn.pki.revocation_lists import RevocationList, Revoked, read_crl
from vpn.signer.ledger import now
from vpn.signer.wire import LISTED_AT_ONCE, Address, Unreadable, line_of, message_of, receive_line

LONGEST_ANSWER = 16 * 1024 * 1024
ANSWER_SECONDS = 10.0
PATIENCE_SECONDS = 6.0
"""How long one that is just being started again is waited for, outside of any transaction: a start takes a second or
two, three on a machine that is busy."""
BETWEEN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class SignerFacts:
    """Whom one talks with. `root_pem` is the issuing certificate itself where the authority has one tier."""

    issuing_pem: str
    root_pem: str
    key_type: str
    uses: frozenset[Use]
    longest_days: int | None = None
    issued: int = 0
    revoked: int = 0
    crl_number: int = 0


class Signer(Protocol):
    """Each method raises Refused in words for people; `Away`, one of its kinds, when the signer doesn't answer."""

    def certify(self, *, request_pem: str, common_name: str, use: Use, until: datetime) -> Certificate: ...

    def make_crl(self, *, revoked: Sequence[Revoked]) -> RevocationList: ...

    def about(self) -> SignerFacts: ...


@dataclass(frozen=True, slots=True)
class SocketSigner:
    """The process behind a Unix socket. A request that wasn't answered is sent once more until `patience` seconds are
    over: the signer knows the same request again and gives the same certificate."""

    path: Path | str
    patience: float = PATIENCE_SECONDS

    def certify(self, *, request_pem: str, common_name: str, use: Use, until: datetime) -> Certificate:
        asked = {"request": request_pem, "common_name": common_name, "use": str(use), "until": until.isoformat()}
        return read_certificate(str(self._ask("certify", **asked)["certificate"]))

    def make_crl(self, *, revoked: Sequence[Revoked], above: int = 0) -> RevocationList:
        """`above` is the highest number that is known here: the new one is above it, also with a signer whose ledger
        was lost."""
        entries = [
            {"serial": f"{one.serial:x}", "at": one.at.isoformat(), "reason": str(one.reason)} for one in revoked
        ]
        parts = [entries[start : start + LISTED_AT_ONCE] for start in range(0, len(entries), LISTED_AT_ONCE)] or [[]]
        answers = [self._ask("crl", revoked=part, above=above) for part in parts]
        return read_crl(str(answers[-1]["crl"]))

    def about(self) -> SignerFacts:
        found = self._ask("about")
        return SignerFacts(
            issuing_pem=found["issuing"],
            root_pem=found["root"],
            key_type=found["key_type"],
            uses=frozenset(Use(use) for use in found["uses"]),
            longest_days=found["longest_days"],
            issued=found["issued"],
            revoked=found["revoked"],
            crl_number=found["crl_number"],
        )

    def _ask(self, op: str, **told: Any) -> dict[str, Any]:
        line = line_of({"op": op, "language": get_language() or "en"} | told)
        end = time.monotonic() + self.patience
        while True:
            try:
                answer = message_of(self._exchange(line))
                break
            except PermissionError as error:
                raise Away(_("The signer doesn't let this program in.")) from error
            except (OSError, Unreadable) as error:
                if time.monotonic() + BETWEEN_SECONDS > end:
                    raise Away(_("The signer doesn't answer: nothing can be signed at present.")) from error
                time.sleep(BETWEEN_SECONDS)
        if not answer.get("ok"):
            raise Refused(str(answer.get("refusal")))
        return answer

    def _exchange(self, line: bytes) -> bytes:
        with Address(Path(self.path)) as address, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(address)
            connection.sendall(line)
            return receive_line(connection, seconds=ANSWER_SECONDS, longest=LONGEST_ANSWER)


@dataclass(frozen=True, slots=True)
class PassphraseSigner:
    """A key that lies encrypted with the authority and is opened for one piece of work, by a passphrase that somebody
    typed. `chain_pem` is the issuing certificate and those above it. There is no ledger: `last_number` is the highest
    number of a list that is known."""

    encrypted_key_pem: str
    passphrase: str = field(repr=False)
    chain_pem: str
    last_number: int = 0

    def certify(self, *, request_pem: str, common_name: str, use: Use, until: datetime) -> Certificate:
        return self._issuer().sign(request_pem, common_name=common_name, use=use, until=until)

    def make_crl(self, *, revoked: Sequence[Revoked], above: int = 0) -> RevocationList:
        """Its number is the second of the clock, unless a higher one is known."""
        at = now()
        number = max(self.last_number + 1, above + 1, int(at.timestamp()))
        return self._issuer().make_crl(revoked, number=number, now=at)

    def about(self) -> SignerFacts:
        """Without the passphrase."""
        issuing, *above = split_chain(self.chain_pem)
        public = check_public_key(parse(issuing).public_key())
        return SignerFacts(issuing, above[-1] if above else issuing, key_type(public), frozenset(Use))

    def _issuer(self) -> Issuer:
        """Raises Refused for a wrong passphrase."""
        issuing, *above = split_chain(self.chain_pem)
        issuer = Issuer(issuing, read_key(self.encrypted_key_pem, self.passphrase), tuple(above))
        issuer.check()
        return issuer
