"""Why a mail could not be delivered, and what follows from it: is it final, and which code stands for it.

Causes are told from the words of the server first (see `phrases`), because a code such as 5.1.1 or 5.7.1 is used for
everything; only when the words say nothing does the RFC 3463 code decide.
"""

from enum import StrEnum


class Cause(StrEnum):
    """One reason for a failed delivery; the comment says who could mend it."""

    USER_UNKNOWN = "user unknown"  # the address is wrong: nobody
    HOST_UNKNOWN = "host unknown"  # the domain is wrong: nobody
    HAS_MOVED = "has moved"  # the person left
    NOT_ACCEPTING = "host takes no mail"  # null MX and the like
    MAILBOX_FULL = "mailbox full"
    SUSPENDED = "mailbox suspended"
    FILTERED = "refused for the recipient"
    TOO_BIG = "message too big"
    LIMIT_EXCEEDED = "over the limit of the mailbox"
    EXPIRED = "not delivered in time"
    REJECTED = "sender refused"
    BLOCKED = "our server is blocked"
    NO_REVERSE_NAME = "our server has no reverse name"
    AUTHENTICATION = "SPF, DKIM or DMARC failed"
    NOT_COMPLIANT = "not as RFC 5322 wants it"
    SPAM = "taken for spam"
    VIRUS = "taken for a virus"
    POLICY = "against the policy"
    SECURITY = "not authorised"
    NO_RELAY = "relaying denied"
    TOO_MANY = "too many connections or recipients"
    NETWORK = "network error"
    SYSTEM = "error of the mail system"
    SYSTEM_FULL = "mail system full"
    MAILER = "error of a program at the recipient"
    CONTENT = "content refused"
    SYNTAX = "protocol error"
    ON_HOLD = "no reason told"
    UNDEFINED = "unknown"


HARD_CAUSES = frozenset({Cause.USER_UNKNOWN, Cause.HOST_UNKNOWN, Cause.HAS_MOVED})

_DETAILS = {
    Cause.UNDEFINED: 900,
    Cause.ON_HOLD: 901,
    Cause.SYNTAX: 902,
    Cause.NO_RELAY: 909,
    Cause.FILTERED: 910,
    Cause.USER_UNKNOWN: 911,
    Cause.HOST_UNKNOWN: 912,
    Cause.HAS_MOVED: 916,
    Cause.REJECTED: 918,
    Cause.SUSPENDED: 921,
    Cause.MAILBOX_FULL: 922,
    Cause.LIMIT_EXCEEDED: 923,
    Cause.SYSTEM: 930,
    Cause.SYSTEM_FULL: 931,
    Cause.NOT_ACCEPTING: 932,
    Cause.TOO_BIG: 934,
    Cause.MAILER: 939,
    Cause.NETWORK: 944,
    Cause.TOO_MANY: 945,
    Cause.EXPIRED: 947,
    Cause.CONTENT: 960,
    Cause.SECURITY: 970,
    Cause.AUTHENTICATION: 970,
    Cause.VIRUS: 971,
    Cause.BLOCKED: 971,
    Cause.POLICY: 972,
    Cause.NOT_COMPLIANT: 974,
    Cause.NO_REVERSE_NAME: 975,
    Cause.SPAM: 980,
}

_BY_SUBJECT_AND_DETAIL = {
    "1.0": Cause.USER_UNKNOWN,
    "1.1": Cause.USER_UNKNOWN,
    "1.2": Cause.HOST_UNKNOWN,
    "1.3": Cause.USER_UNKNOWN,
    "1.4": Cause.FILTERED,
    "1.6": Cause.HAS_MOVED,
    "1.7": Cause.REJECTED,
    "1.8": Cause.REJECTED,
    "1.9": Cause.SYSTEM,
    "1.10": Cause.NOT_ACCEPTING,
    "2.0": Cause.FILTERED,
    "2.1": Cause.FILTERED,
    "2.2": Cause.MAILBOX_FULL,
    "2.3": Cause.LIMIT_EXCEEDED,
    "2.4": Cause.FILTERED,
    "3.0": Cause.SYSTEM,
    "3.1": Cause.SYSTEM_FULL,
    "3.2": Cause.NOT_ACCEPTING,
    "3.3": Cause.SYSTEM,
    "3.4": Cause.TOO_BIG,
    "3.5": Cause.SYSTEM,
    "4.0": Cause.NETWORK,
    "4.1": Cause.EXPIRED,
    "4.2": Cause.NETWORK,
    "4.3": Cause.SYSTEM,
    "4.5": Cause.TOO_MANY,
    "4.6": Cause.NETWORK,
    "4.7": Cause.EXPIRED,
    "5.3": Cause.TOO_MANY,
    "5.4": Cause.SYSTEM,
    "5.5": Cause.SYSTEM,
    "7.1": Cause.BLOCKED,
    "7.2": Cause.BLOCKED,
    "7.13": Cause.SUSPENDED,
    "7.16": Cause.TOO_BIG,
    "7.17": Cause.HAS_MOVED,
    "7.18": Cause.HAS_MOVED,
    "7.25": Cause.NO_REVERSE_NAME,
    "7.27": Cause.REJECTED,
}

_BY_SUBJECT = {"6": Cause.CONTENT, "7": Cause.SECURITY}


def cause_of_status(status: str) -> Cause:
    """The cause that an RFC 3463 code names; UNDEFINED for codes that name none (X.0.0, X.5.0)."""
    _, _, rest = status.partition(".")
    subject, _, _ = rest.partition(".")
    return _BY_SUBJECT_AND_DETAIL.get(rest) or _BY_SUBJECT.get(subject, Cause.UNDEFINED)


def derived_status(cause: Cause, *, permanent: bool) -> str:
    """A code for a bounce that gives none: class, subject 0 and a detail from 900 on, so 5.0.911 for a user unknown.

    RFC 3463 leaves details up to 999 free; those below follow the convention of Sisimai, which readers of bounces know.
    A derived code can thus never be mistaken for one that a server gave.
    """
    return f"{5 if permanent else 4}.0.{_DETAILS[cause]}"


def is_hard(cause: Cause, *, permanent: bool) -> bool:
    """True if writing to the address again is useless, whatever the code says."""
    return cause in HARD_CAUSES or (cause is Cause.NOT_ACCEPTING and permanent)
