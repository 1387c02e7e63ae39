"""What kind of mail it is: a person's message, a bounce, an abuse report, a vacation notice or other automatic mail.

Headers and structure decide; words of the body only when the sender is a mail system. So a person may quote a bounce,
forward an out-of-office notice or write "undeliverable" in the subject and still be heard.
"""

import re
from email.message import Message

from tickets.mail.parsing.automation import (
    auto_reply_header,
    auto_submitted,
    bulk_sign,
    desk_header,
    is_absence_subject,
    is_notice_subject,
)
from tickets.mail.parsing.bounces.evidence import (
    has_null_return_path,
    header_text,
    is_daemon,
    is_no_reply,
    is_postmaster,
    sender_of,
)
from tickets.mail.parsing.bounces.originals import original_message_id
from tickets.mail.parsing.bounces.parts import is_returned, parameter_of, report_parts, type_of
from tickets.mail.parsing.bounces.reading import read_bounce, read_notification
from tickets.mail.parsing.headers import decode_header
from tickets.mail.parsing.types import Address, Classification, MailKind

MAX_SUBJECT = 1_000

_COMPLAINT_SUBJECT = re.compile(r"^(?:complaint about message from|e-?mail feedback report for ip) [\[\d]", re.I)
_COMPLAINT_HEADERS = ("X-ARF", "X-XARF", "X-HmXmrOriginalRecipient", "X-AOL-FBL", "X-Abuse-Report")


def classify(message: Message, *, body_text: str) -> Classification:
    """Tell the kind of `message`, parsed with `email.policy.compat32`; `body_text` is its decoded text for people.

    Never raises on any content. A mail of kind `MESSAGE` may still forbid automatic answers: `may_acknowledge` is False
    for lists, bulk mail, null senders, addresses such as noreply@ and senders who ask for none.
    """
    sender = sender_of(message)
    report_type = _report_type(message)
    if report_type == "disposition-notification":
        return _automatic(MailKind.AUTO_REPLY, "read receipt")
    subject = decode_header(header_text(message, "Subject", MAX_SUBJECT))
    complaint = _complaint(message, report_type=report_type, subject=subject)
    if complaint is not None:
        return complaint
    notice = _notice(message, sender=sender, subject=subject, body_text=body_text)
    return notice or _person(message, sender=sender)


def _notice(message: Message, *, sender: Address, subject: str, body_text: str) -> Classification | None:
    """A bounce, an out-of-office notice or another automatic mail; None for what a person wrote."""
    away = is_notice_subject(subject)
    if _may_be_bounce(message, sender=sender) and not (away and not is_daemon(sender)):
        bounce = read_bounce(message, subject=subject, body_text=body_text)
        if bounce is not None:
            return bounce
    if body_text[:100].lstrip()[:1] == "{":
        found = read_notification(body_text)
        if found is not None:
            return found
    return _auto_reply(message, subject=subject, away=away)


def _auto_reply(message: Message, *, subject: str, away: bool) -> Classification | None:
    submitted = auto_submitted(message)
    header = auto_reply_header(message)
    desk = desk_header(message)
    absent = away or is_absence_subject(subject)
    evidence = f"Auto-Submitted: {submitted[:60]}" if submitted else header or desk
    machine = has_null_return_path(message) or (
        subject[:5].lower() == "auto:" and message.get("In-Reply-To") is not None
    )
    if not evidence and (away or (absent and machine)):
        evidence = "subject of an out-of-office notice"
    if not evidence:
        return None
    of_person = absent or (not desk and (submitted.startswith("auto-replied") or bool(header)))
    return _automatic(MailKind.VACATION if of_person else MailKind.AUTO_REPLY, evidence)


def _may_be_bounce(message: Message, *, sender: Address) -> bool:
    """A cheap first look, so that a person's mail costs next to nothing."""
    if message.get_content_type() == "multipart/report" or any(
        message.get(name) is not None for name in ("X-Failed-Recipients", "X-MLServer")
    ):
        return True
    return (
        not sender.address
        or is_daemon(sender)
        or is_postmaster(sender)
        or is_no_reply(sender)
        or has_null_return_path(message)
    )


def _report_type(message: Message) -> str:
    return parameter_of(message, "report-type") if message.get_content_maintype() == "multipart" else ""


def _complaint(message: Message, *, report_type: str, subject: str) -> Classification | None:
    """An abuse report: RFC 5965, X-ARF, or the older forms that just wrap the mail complained of."""
    evidence = "RFC 5965 feedback report" if report_type == "feedback-report" else ""
    if not evidence:
        evidence = next((name for name in _COMPLAINT_HEADERS if message.get(name) is not None), "")
    if not evidence and not message.is_multipart():
        return None
    parts = report_parts(message)
    if not evidence and any(type_of(part) == "message/feedback-report" for part in parts):
        evidence = "feedback report"
    if not evidence and _COMPLAINT_SUBJECT.match(subject) and any(is_returned(part) for part in parts):
        evidence = "subject of an abuse report"
    if not evidence:
        return None
    original = original_message_id(message, parts, "")
    return Classification(MailKind.FEEDBACK, evidence, original_message_id=original, may_acknowledge=False)


def _automatic(kind: MailKind, evidence: str) -> Classification:
    return Classification(kind, evidence, may_acknowledge=False)


def _person(message: Message, *, sender: Address) -> Classification:
    sign = bulk_sign(message)
    if not sign and has_null_return_path(message):
        sign = "null Return-Path"
    if not sign and (not sender.address or is_no_reply(sender) or is_daemon(sender) or is_postmaster(sender)):
        sign = "sender reads no answers"
    return Classification(MailKind.MESSAGE, sign, may_acknowledge=not sign)
