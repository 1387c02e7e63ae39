"""From a mail that may be a bounce to what it says: the one door into this package."""

import re
from email.message import Message

from tickets.mail.parsing.bounces.evidence import is_daemon, is_unreported_bounce, sender_of
from tickets.mail.parsing.bounces.failures import Failure, verdict
from tickets.mail.parsing.bounces.notifications import (
    failures_in_notification,
    is_complaint,
    notification,
    notified_message_id,
)
from tickets.mail.parsing.bounces.originals import original_message_id, original_recipients
from tickets.mail.parsing.bounces.parts import MAX_TEXT, is_report, plain_text, report_parts
from tickets.mail.parsing.bounces.reports import failures_in_part, failures_in_text
from tickets.mail.parsing.bounces.transcripts import conversation, failures_in_report, whole_report
from tickets.mail.parsing.types import Classification, MailKind

MAX_FAILED_HEADER = 20_000

_FIELDS = re.compile(r"^(?:final|original)-recipient:", re.I | re.M)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,255}")


def read_bounce(message: Message, *, subject: str, body_text: str) -> Classification | None:
    """What a bounce says, None for a mail that is none.

    Reads RFC 3464 fields wherever they stand; without them the header X-Failed-Recipients, the plain text, and at last
    the To of the returned mail. A report of success is a bounce too, with a status of class 2 and not hard.
    """
    sender = sender_of(message)
    parts = report_parts(message)
    reports = _reports(parts)
    if not reports and is_daemon(sender):
        parts = report_parts(message, into_returned=True)  # a report that was sent on
        reports = _reports(parts)
    text = plain_text(parts) or body_text[:MAX_TEXT]
    reported = _is_report(message) and bool(reports or _FIELDS.search(text))
    if not reported and not is_unreported_bounce(message, sender=sender, subject=subject, text=text, parts=parts):
        return None
    reason = "delivery status report" if reported else "written like a bounce by a mail system"
    failures = _failures(message, parts=parts, reports=reports, text=text)
    return _classification(reason, failures, original_message_id(message, parts, text))


def read_notification(body_text: str) -> Classification | None:
    """What an Amazon SES notification says, None if the text is none."""
    found = notification(body_text)
    if not found:
        return None
    message_id = notified_message_id(found)
    if is_complaint(found):
        reason = "Amazon SES complaint"
        return Classification(MailKind.FEEDBACK, reason, original_message_id=message_id, may_acknowledge=False)
    return _classification("Amazon SES notification", failures_in_notification(found), message_id)


def _reports(parts: list[Message]) -> list[Message]:
    return [part for part in parts if is_report(part)]


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report"


def _classification(reason: str, failures: list[Failure], message_id: str) -> Classification:
    bounces = tuple(verdict(failure) for failure in failures)
    return Classification(MailKind.BOUNCE, reason, bounces, message_id, may_acknowledge=False)


def _failures(message: Message, *, parts: list[Message], reports: list[Message], text: str) -> list[Failure]:
    found = [failure for part in reports for failure in failures_in_part(part)]
    if not found and _FIELDS.search(text):
        found = failures_in_text(text)
    if found:
        told = {failure.recipient.lower(): failure.diagnostic for failure in failures_in_report(text)}
        whole, talk = whole_report(text), conversation(text)
        declared = _is_report(message)
        for failure in found:
            if not declared and failure.status.endswith(".0.0") and not failure.diagnostic:
                failure.status = ""  # OpenSMTPD always writes X.0.0; its words say more
            failure.context = f"{told.get(failure.recipient.lower()) or whole}\n{talk}"
        return found
    named = tuple(_ADDRESS.findall(str(message.get("X-Failed-Recipients", ""))[:MAX_FAILED_HEADER]))
    found = failures_in_report(text, known=named)
    if found:
        return found
    return [Failure(address, context=whole_report(text)) for address in original_recipients(parts, text)]
