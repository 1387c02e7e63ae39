"""A parsed mail as the draft of a message."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from tickets.actions.files import NewFile
from tickets.actions.writing import Draft
from tickets.enums import Approval, Channel, MessageKind
from tickets.mail.enums import Signal
from tickets.mail.parsing.types import Address, ParsedAttachment, ParsedMail

NOBODY = "unknown@invalid"  # RFC 2606: a name that can never be a real address


@dataclass(frozen=True, slots=True)
class MailDraft(Draft):
    """A draft that can be told why it is where it is."""

    def with_signal(self, signal: Signal, confidence: int) -> "MailDraft":
        return replace(self, thread_signal=signal.value, thread_confidence=confidence)

    def with_approval(self, approval: Approval) -> "MailDraft":
        return replace(self, approval=approval)


def sender_of(parsed: ParsedMail, *, is_ours: Callable[[str], bool]) -> Address:
    """Who wrote: the (first) From; the Reply-To only where From is an address of ours, as web forms do it."""
    candidates = [parsed.from_, *parsed.reply_to, parsed.sender]
    known = [entry for entry in candidates if entry is not None and "@" in entry.address]
    foreign = [entry for entry in known if not is_ours(entry.address)]
    if known and is_ours(known[0].address) and foreign:
        return foreign[0]
    if known:
        return known[0]
    if "@" in parsed.return_path:
        return Address("", parsed.return_path)
    return Address(parsed.from_.name if parsed.from_ else "", NOBODY)


def content_hash_of(parsed: ParsedMail) -> str:
    """SHA-256 over what a reader would call the mail: sender, subject, text and files; not over its travel."""
    digest = hashlib.sha256()
    parts = [parsed.from_.address.lower() if parsed.from_ else "", parsed.subject, parsed.text]
    for part in [*parts, *(attachment.sha256 for attachment in parsed.attachments)]:
        encoded = part.encode("utf-8", "replace")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()


def draft_of(parsed: ParsedMail, *, origin: Address, content_hash: str, flags: dict[str, object]) -> MailDraft:
    """The mail as an inbound message."""
    return MailDraft(
        kind=MessageKind.INBOUND,
        channel=Channel.MAIL,
        text=parsed.text,
        html=parsed.html,
        subject=parsed.subject,
        folds=[list(fold) for fold in parsed.folds],
        files=[_file_of(attachment) for attachment in parsed.attachments],
        from_name=origin.name,
        from_address=origin.address,
        sent_to=_people(parsed.to),
        sent_cc=_people(parsed.cc),
        message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to[0] if parsed.in_reply_to else "",
        content_hash=content_hash,
        has_remote_pictures=parsed.has_remote_pictures,
        flags=flags,
        written_at=parsed.date,
    )


def _people(entries: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"name": entry.name, "address": entry.address} for entry in entries[:200]]


def _file_of(attachment: ParsedAttachment) -> NewFile:
    return NewFile(
        filename=attachment.filename,
        content=attachment.content,
        content_type=attachment.content_type,
        declared_type=attachment.declared_type[:127],
        content_id=attachment.content_id,
        is_inline=attachment.inline,
    )
