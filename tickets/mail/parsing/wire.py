"""What parent and child say to each other: frames of JSON and bytes, no pickle.

Request: 8 bytes length, the raw mail. Response: 4 bytes length of the JSON, 8 bytes length of the contents, the JSON,
the contents of all attachments one after another.
"""

import json
import struct
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from tickets.mail.parsing.types import (
    Address,
    BouncedRecipient,
    Classification,
    MailKind,
    ParsedAttachment,
    ParsedMail,
)

REQUEST_HEAD = struct.Struct("<Q")
RESPONSE_HEAD = struct.Struct("<IQ")
MAIL_FIELDS = tuple(field.name for field in fields(ParsedMail))


def pack_request(raw: bytes) -> bytes:
    return REQUEST_HEAD.pack(len(raw)) + raw


def pack_response(answer: dict[str, Any], contents: tuple[bytes, ...] = ()) -> bytes:
    written = json.dumps(answer, separators=(",", ":")).encode("ascii")
    return b"".join((RESPONSE_HEAD.pack(len(written), sum(map(len, contents))), written, *contents))


def mail_to_json(mail: ParsedMail) -> dict[str, Any]:
    """Everything but the contents of attachments, of which only the sizes are kept."""
    written: dict[str, Any] = {name: getattr(mail, name) for name in MAIL_FIELDS}
    for name in ("reply_to", "to", "cc", "delivered_to"):
        written[name] = [(each.name, each.address) for each in written[name]]
    for name in ("from_", "sender"):
        each = written[name]
        written[name] = (each.name, each.address) if each is not None else None
    written["date"] = mail.date.isoformat() if mail.date else None
    written["attachments"] = [
        (
            file.filename,
            file.content_type,
            file.declared_type,
            file.content_id,
            file.inline,
            len(file.content),
            file.sha256,
        )
        for file in mail.attachments
    ]
    written["classification"] = asdict(mail.classification)
    return written


def mail_from_json(written: dict[str, Any], contents: bytes) -> ParsedMail:
    """The same mail again, in the parent."""
    files = []
    position = 0
    for filename, content_type, declared_type, content_id, inline, size, sha256 in written["attachments"]:
        content = contents[position : position + size]
        position += size
        files.append(ParsedAttachment(filename, content_type, declared_type, content_id, inline, content, sha256))
    for name in ("reply_to", "to", "cc", "delivered_to"):
        written[name] = tuple(Address(*each) for each in written[name])
    for name in ("from_", "sender"):
        written[name] = Address(*written[name]) if written[name] is not None else None
    for name in ("in_reply_to", "references", "authentication_results", "loop_headers", "warnings"):
        written[name] = tuple(written[name])
    written["folds"] = tuple((start, end) for start, end in written["folds"])
    written["date"] = datetime.fromisoformat(written["date"]) if written["date"] else None
    written["attachments"] = tuple(files)
    written["classification"] = _classification(written["classification"])
    return ParsedMail(**written)


def _classification(written: dict[str, Any]) -> Classification:
    bounces = tuple(BouncedRecipient(**each) for each in written.pop("bounces"))
    return Classification(kind=MailKind(written.pop("kind")), bounces=bounces, **written)
