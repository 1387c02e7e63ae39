"""What reading a mail yields: plain frozen values, alike in the child process and in its parent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is for: only a `MESSAGE` is somebody speaking to us."""

    MESSAGE = "message"
    BOUNCE = "bounce"
    FEEDBACK = "feedback"
    VACATION = "vacation"
    AUTO_REPLY = "auto_reply"


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address as its writer gave it; `name` is clean text for people, either part may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One address that a bounce speaks of; `status` is an RFC 3463 code such as "5.1.1", or empty."""

    recipient: str
    status: str
    hard: bool
    reply_code: str = ""
    diagnostic: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Classification:
    """What kind of mail it is and why we think so.

    `reason` is the evidence in one short English phrase ("Auto-Submitted: auto-replied"), empty for an ordinary one.
    `may_acknowledge` is False for automata, lists, bulk mail, bounces and null senders.
    """

    kind: MailKind
    reason: str
    bounces: tuple[BouncedRecipient, ...] = ()
    original_message_id: str = ""
    may_acknowledge: bool = True


@dataclass(frozen=True, slots=True)
class ParsedAttachment:
    """One file of a mail.

    `filename` is clean, never empty, never a path, at most 255 bytes of UTF-8. `content_type` is what the bytes
    look like, `declared_type` what the sender said. `content_id` has no angle brackets. `sha256` is
    lower-case hexadecimal.
    """

    filename: str
    content_type: str
    declared_type: str
    content_id: str
    inline: bool
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail that has been read.

    Message-IDs carry no angle brackets and at most 998 characters. `date` is aware and in UTC. `text` is the whole
    body, nothing cut; `folds` are the ranges of its characters that are quote or signature. `html` is sanitised and
    folded, empty when the mail has none. `return_path` is "<>" for the null sender, empty when the header is missing.
    `warnings` say in short English phrases what was wrong with the mail.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    from_: Address | None
    from_count: int
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[Address, ...]
    subject: str
    text: str
    folds: tuple[tuple[int, int], ...]
    html: str
    has_remote_pictures: bool
    attachments: tuple[ParsedAttachment, ...]
    classification: Classification
    authentication_results: tuple[str, ...]
    loop_headers: tuple[str, ...]
    return_path: str
    list_id: str
    warnings: tuple[str, ...]
