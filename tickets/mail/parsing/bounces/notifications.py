"""Bounces and complaints that Amazon SES sends as JSON, bare or wrapped by SNS.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tickets.mail.parsing.bounces.codes import find_status
from tickets.mail.parsing.bounces.failures import Failure

MAX_JSON = 100_000
MAX_RECIPIENTS = 100

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_KINDS = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients", "delivery": "recipients"}


def notification(text: str) -> dict[str, Any]:
    """The SES notification that `text` begins with, {} if it begins with anything else."""
    found = _first_object(text)
    inner = found.get("Message")
    if isinstance(inner, str) and "notificationType" not in found and "eventType" not in found:
        found = _first_object(inner)
    return found if _kind(found) in _KINDS else {}


def is_complaint(found: dict[str, Any]) -> bool:
    """True for a reader's complaint about our mail."""
    return _kind(found) == "complaint"


def failures_in_notification(found: dict[str, Any]) -> list[Failure]:
    """The recipients of a bounce, or of a delivery (their action is then "delivered")."""
    kind = _kind(found)
    body = found.get(kind)
    if not isinstance(body, dict):
        return []
    return list(_failures(kind, body))


def notified_message_id(found: dict[str, Any]) -> str:
    """The Message-ID our mail had, from commonHeaders; SES' own id is no Message-ID of ours."""
    mail = found.get("mail")
    common = mail.get("commonHeaders") if isinstance(mail, dict) else None
    message_id = common.get("messageId") if isinstance(common, dict) else ""
    return str(message_id or "").strip().strip("<>")[:998]


def _failures(kind: str, body: dict[str, Any]) -> Iterator[Failure]:
    recipients = body.get(_KINDS[kind])
    for recipient in recipients[:MAX_RECIPIENTS] if isinstance(recipients, list) else []:
        if isinstance(recipient, str) and kind == "delivery":
            words = str(body.get("smtpResponse", ""))
            yield Failure(recipient[:320], find_status(words), words, "delivered")
        elif isinstance(recipient, dict) and recipient.get("emailAddress"):
            words = str(recipient.get("diagnosticCode", "")).removeprefix("smtp;").strip() or _bounce_type(body)
            status = find_status(str(recipient.get("status", "")))
            yield Failure(str(recipient["emailAddress"])[:320], status, words, str(recipient.get("action", "failed")))


def _bounce_type(body: dict[str, Any]) -> str:
    """SES' own judgement in words: "Permanent", "MailboxFull" give "Permanent Mailbox Full"."""
    names = f"{body.get('bounceType', '')} {body.get('bounceSubType', '')}"[:200]
    return _CAMEL.sub(" ", names).strip()


def _kind(found: dict[str, Any]) -> str:
    return str(found.get("notificationType") or found.get("eventType") or "").lower()


def _first_object(text: str) -> dict[str, Any]:
    """The JSON object at the very beginning; lines that a mailer folded into strings are put together again."""
    start = text[:MAX_JSON].lstrip()
    if not start.startswith("{"):
        return {}
    for candidate in (start, start.replace("\r", "").replace("\n ", " ").replace("\n", "")):
        try:
            found, _ = json.JSONDecoder(strict=False).raw_decode(candidate)
        except (json.JSONDecodeError, RecursionError):
            continue
        return found if isinstance(found, dict) else {}
    return {}
