"""One failed recipient as found in a report, and the verdict on it."""

import re
from dataclasses import dataclass

from tickets.mail.parsing.bounces.causes import Cause, cause_of_status, derived_status, is_hard
from tickets.mail.parsing.bounces.codes import find_command, find_reply, find_status, preferred
from tickets.mail.parsing.bounces.phrases import cause_of_words, plain
from tickets.mail.parsing.types import BouncedRecipient

MAX_DIAGNOSTIC = 500

_FEIGNED = re.compile(r"user unknown|unknown user")
_NOBODY_UNKNOWN = re.compile(r"\b550 {1,3}: user unknown")
_RELAYED = re.compile(r"^[45]\.\d\.\d{1,3} - [\w /-]{1,60} (?=[45]\d\d-')")
# PowerMTA's own reading of the remote server's words (its User's Guide, "Bounce categories").
_CATEGORIES = {
    "bad-mailbox": Cause.USER_UNKNOWN,
    "bad-domain": Cause.HOST_UNKNOWN,
    "inactive-mailbox": Cause.SUSPENDED,
    "quota-issues": Cause.MAILBOX_FULL,
    "message-expired": Cause.EXPIRED,
    "no-answer-from-host": Cause.EXPIRED,
    "spam-related": Cause.SPAM,
    "virus-related": Cause.VIRUS,
    "content-related": Cause.CONTENT,
    "policy-related": Cause.POLICY,
    "relaying-issues": Cause.NO_RELAY,
    "invalid-sender": Cause.REJECTED,
}
_TEMPORARY_WORDS = (
    "temporar",
    "not yet been delivered",
    "has been delayed",
    "retry timeout exceeded",
    "persistent",
    "will be retried",
    "still being retried",
    "will keep trying",
    "deferred",
)


@dataclass(slots=True)
class Failure:
    """What a report says of one recipient: `status` of its Status field, `diagnostic` the words of the server.

    `context` holds further words around them (the transcript, the human-readable part), asked only for what is left
    open by `diagnostic`. `action` is RFC 3464's, lower case, "" if there is none.
    """

    recipient: str
    status: str = ""
    diagnostic: str = ""
    action: str = ""
    context: str = ""
    category: str = ""


def verdict(failure: Failure) -> BouncedRecipient:
    """Judge one failure: its code, whether it is final, and the words to show to a person."""
    failure.diagnostic = _RELAYED.sub("", failure.diagnostic)
    words = failure.diagnostic or failure.context
    spoken = find_status(words)
    status = preferred(failure.status, spoken, find_reply(words, ""))
    if status.startswith("2"):
        return _recipient(failure, status, hard=False)
    if not status or status.endswith(".0.0"):
        status = preferred(status, find_status(failure.context), find_reply(failure.context, ""))
    cause = _cause(failure, status)
    permanent = _is_permanent(failure, status)
    hard = is_hard(cause, permanent=permanent)
    if not status:
        # A server that refused MAIL FROM never heard of the recipient.
        told = Cause.ON_HOLD if find_command(words.lower()) == "MAIL" else cause
        status = derived_status(told, permanent=permanent)
    return _recipient(failure, status, hard=hard)


def _recipient(failure: Failure, status: str, *, hard: bool) -> BouncedRecipient:
    words = failure.diagnostic or failure.context
    diagnostic = " ".join(words[: 4 * MAX_DIAGNOSTIC].split())[:MAX_DIAGNOSTIC]
    reply = find_reply(words, status if status[2:4] != "0." else "")
    return BouncedRecipient(failure.recipient, status, hard, reply, diagnostic, failure.action)


def _is_permanent(failure: Failure, status: str) -> bool:
    reply = find_reply(failure.diagnostic or failure.context, "")
    if status or reply:
        return (status or reply).startswith("5")
    if failure.action == "delayed":
        return False
    words = failure.diagnostic.lower()
    return not any(word in words for word in _TEMPORARY_WORDS)


def _cause(failure: Failure, status: str) -> Cause:
    if failure.category in _CATEGORIES:
        return _CATEGORIES[failure.category]
    words = plain(failure.diagnostic)
    cause = cause_of_words(words)
    if cause is Cause.UNDEFINED:
        cause = cause_of_status(status)
    if cause is Cause.UNDEFINED and failure.context:
        words = plain(failure.context)
        cause = cause_of_words(words)
    if cause is Cause.UNDEFINED and failure.action == "delayed":
        return Cause.EXPIRED
    if cause is Cause.USER_UNKNOWN and find_command(failure.diagnostic.lower()) == "MAIL":
        return Cause.REJECTED
    if cause is Cause.USER_UNKNOWN and _refused_later(failure, status):
        return Cause.FILTERED
    if cause is Cause.UNDEFINED and failure.diagnostic.strip():
        return Cause.ON_HOLD
    return cause


def _refused_later(failure: Failure, status: str) -> bool:
    """True if the address was accepted and "unknown" came after the content, or with a code that says it exists.

    Filters of mobile operators and others feign an unknown user to keep out a sender; the address may be good.
    """
    said = failure.diagnostic.lower()
    command = find_command(said) or find_command(failure.context.lower())
    if command == "DATA" and status[1:4] not in {".1.", ".5."}:
        return bool(_FEIGNED.search(said))
    if command == "RCPT":
        return bool(_NOBODY_UNKNOWN.search(said))
    return status[1:] in {".2.0", ".2.1", ".2.4", ".3.0"} or bool(_NOBODY_UNKNOWN.search(said))
