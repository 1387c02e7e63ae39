"""What mail servers answer, and what follows from it."""

import re
from dataclasses import dataclass

from helpdesk.core.sanitising import clean_name

# RFC 3463: class.subject.detail; not a piece of an IP address
_ENHANCED = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\w|\.\d)")
# Addresses that do not exist (5.1.1), are malformed (5.1.3), have moved (5.1.6) or take no mail (RFC 7505: 5.1.10).
NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.3", "5.1.6", "5.1.10"})
# RFC 4954, section 6: what a server says before it wants a (different) sign-in.
_SIGN_IN_CODES = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply code of RFC 5321 and its text."""

    code: int
    text: str

    @classmethod
    def of(cls, code: int, text: bytes | str) -> "Answer":
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return cls(code, clean_name(words)[:400])

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        return 400 <= self.code < 500

    @property
    def is_permanent(self) -> bool:
        return 500 <= self.code < 600

    @property
    def is_final(self) -> bool:
        """Whether it says yes or no at all: what is neither is the word of somebody who is no mail server, or who
        answers another question."""
        return self.is_good or self.is_temporary or self.is_permanent

    @property
    def wants_sign_in(self) -> bool:
        return self.code in _SIGN_IN_CODES

    @property
    def status(self) -> str:
        """The enhanced status code where the server gives one, else the reply code."""
        found = _ENHANCED.search(self.text[:20])
        return found[1] if found else str(max(self.code, 0) or "")

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip() if self.code > 0 else f"“{self.text}”"


class Trouble(Exception):
    """Sending did not work out; `str(trouble)` is the reason that people read."""

    def __init__(self, reason: str, *, status: str = "") -> None:
        super().__init__(reason)
        self.status = status


class RouteTrouble(Trouble):
    """Nobody's mail goes this way at present: no connection, no TLS, no sign-in."""

    def __init__(self, reason: str, *, status: str = "", sign_in: bool = False) -> None:
        super().__init__(reason, status=status)
        self.sign_in = sign_in


class Deferred(Trouble):
    """Not now; the server has not taken the mail. Try again later."""


class Rejected(Trouble):
    """The server will never take this mail."""


class Silence(Trouble):
    """The whole mail went out and no answer came: it may have arrived or not."""


def trouble_of(answer: Answer) -> Trouble:
    """What an answer means for the mail that it does not take; one that makes no sense, that it is tried again."""
    if answer.wants_sign_in:
        return RouteTrouble(str(answer), status=answer.status, sign_in=True)
    kind = Rejected if answer.is_permanent else Deferred
    return kind(str(answer), status=answer.status)
