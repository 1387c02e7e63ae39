"""Delivery status fields (RFC 3464 section 2) in a part of their own, or in the text of a broken report."""

import re
from collections.abc import Iterator
from email.message import Message

from helpdesk.core.charsets import decode_text
from tickets.mail.parsing.bounces.codes import find_status
from tickets.mail.parsing.bounces.failures import Failure
from tickets.mail.parsing.bounces.parts import text_of

MAX_REPORT = 100_000
MAX_RECIPIENTS = 100

_FIELD = re.compile(
    r"^(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code|x-powermta-bouncecategory)\s{0,9}:(.*)$",
    re.I,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:|]{1,64}@[^\s<>()\[\]\"',;:|]{1,255}")
_DELIVERED = frozenset({"delivered", "deliverable", "relayed", "expanded"})


def failures_in_part(part: Message) -> list[Failure]:
    """The recipients of a message/delivery-status part; those that had the mail only if nobody else is named."""
    return failures_in_text(report_text(part))


def failures_in_text(text: str) -> list[Failure]:
    """The recipients of all groups of delivery status fields in `text`, in order, once each."""
    failures: dict[str, Failure] = {}
    for group in _groups(text[:MAX_REPORT]):
        failure = _failure(group)
        if failure is not None and len(failures) < MAX_RECIPIENTS:
            failures.setdefault(failure.recipient, failure)
    found = list(failures.values())
    return [failure for failure in found if failure.action not in _DELIVERED] or found


def report_text(part: Message) -> str:
    """The fields of a delivery-status part as text, whether the reader took them for headers or left them encoded."""
    payload = part.get_payload()
    if isinstance(payload, str):
        return text_of(part)[:MAX_REPORT]
    blocks = [block for block in list(payload)[:MAX_RECIPIENTS] if isinstance(block, Message)]
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in {"base64", "quoted-printable"} and blocks:
        return _decoded(part, blocks)
    return "\n\n".join(_block_text(block) for block in blocks)[:MAX_REPORT]


def _block_text(block: Message) -> str:
    fields = "\n".join(f"{name}: {value}" for name, value in block.raw_items())
    payload = block.get_payload()
    text = f"{fields}\n\n{payload}" if isinstance(payload, str) and payload.strip() else fields
    return text if text.isascii() else decode_text(text.encode("utf-8", "surrogateescape"), "utf-8")


def _decoded(part: Message, blocks: list[Message]) -> str:
    carrier = Message()
    carrier["Content-Transfer-Encoding"] = str(part["Content-Transfer-Encoding"])
    carrier.set_payload("\n\n".join(_block_text(block) for block in blocks)[:MAX_REPORT])
    decoded = carrier.get_payload(decode=True)
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""


def _groups(text: str) -> Iterator[dict[str, str]]:
    """The fields of one recipient after the other; a group ends at an empty line or when a recipient begins anew."""
    group: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        found = _FIELD.match(line.strip() if not name or not line[:1].isspace() else line)
        if found:
            name = found[1].lower()
            if name in group and name.endswith("recipient"):
                yield group
                group = {}
            group.setdefault(name, found[2].strip())
        elif name and line[:1] in {" ", "\t"} and line.strip():
            group[name] = f"{group[name]} {line.strip()}"
        elif not line.strip() and _is_complete(group):
            yield group
            group, name = {}, ""
        else:
            name = ""
    yield group


def _is_complete(group: dict[str, str]) -> bool:
    return ("final-recipient" in group or "original-recipient" in group) and ("action" in group or "status" in group)


def _failure(group: dict[str, str]) -> Failure | None:
    diagnostic_type, _, diagnostic = group.get("diagnostic-code", "").partition(";")
    if not diagnostic:
        diagnostic_type, diagnostic = "", diagnostic_type
    kind = diagnostic_type.strip().lower()
    if kind == "x-unix":
        diagnostic = f"x-unix; {diagnostic.strip()}"
    recipient = _recipient(group, diagnostic)
    if not recipient:
        return None
    status = group.get("status", "")
    if not diagnostic.strip() and "(" in status:
        diagnostic = status.partition("(")[2].strip(" )")
    action = group.get("action", "").split(" ")[0].strip("<>;").lower()
    category = group.get("x-powermta-bouncecategory", "").lower()
    return Failure(recipient, find_status(status), diagnostic.strip(), action, category=category)


def _recipient(group: dict[str, str], diagnostic: str) -> str:
    """The address that failed: the final one, else the one that we wrote to, else one the diagnostic names."""
    named = ("final-recipient", "original-recipient", "x-actual-recipient")
    for name in named:
        found = _ADDRESS.search(group.get(name, "").partition(";")[2] or group.get(name, ""))
        if found:
            return found[0].strip(".")
    if not group.keys() & {"action", "status"}:
        return ""
    found = _ADDRESS.search(diagnostic)
    return found[0].strip(".") if found else group.get("final-recipient", "").partition(";")[2].strip()[:320]
