"""winmail.dat: what Outlook packs into application/ms-tnef (MS-OXTNEF), by tnefparse behind a check of its counts."""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.core.charsets import decode_text
from tickets.mail.parsing.rtf import decompress_rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_OBJECTS = 5000
MAX_PROPERTIES = 20_000
MAX_EMBEDDED = 3
MAPI_PROPERTIES, ATTACHMENT_PROPERTIES, RECIPIENTS = 0x9003, 0x9005, 0x9004

# tnefparse reports every odd property as an error of its own; what matters to us is whether it yields a result.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class PackedFile:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was inside: bodies (each may be empty) and files."""

    text: str
    html: str
    rtf: bytes
    files: tuple[PackedFile, ...]


def unpack(content: bytes) -> Unpacked | None:
    """Open a winmail.dat; None when it is damaged or states more than it holds, so that it stays a file as it came."""
    if not content.startswith(SIGNATURE) or not _has_sane_counts(content):
        return None
    # Loaded where rarely needed: winmail.dat is one mail in hundreds, the import takes 40 ms of a child's start.
    from tnefparse import TNEF  # noqa: PLC0415

    try:
        tnef = TNEF(content, do_checksum=False)
        return Unpacked(
            text=_text(tnef.body), html=_text(tnef.htmlbody), rtf=_rtf(tnef), files=tuple(_files(tnef.attachments, 0))
        )
    except Exception:  # noqa: BLE001 - a third-party reader of hostile bytes: whatever it raises, the file stays whole
        return None


def _has_sane_counts(content: bytes) -> bool:
    """Counts inside are 32 bits wide and the reader loops over them; they must fit into the bytes that are there."""
    position, objects = 6, 0
    while position + 11 <= len(content):
        name, length = (
            struct.unpack_from("<H", content, position + 1)[0],
            struct.unpack_from("<I", content, position + 5)[0],
        )
        objects += 1
        if objects > MAX_OBJECTS:
            return False
        if name in (MAPI_PROPERTIES, ATTACHMENT_PROPERTIES, RECIPIENTS) and position + 13 <= len(content):
            count = struct.unpack_from("<I", content, position + 9)[0]
            if count > MAX_PROPERTIES or count > length:
                return False
        position += length + 11
    return True


def _text(body: object) -> str:
    if isinstance(body, list):
        body = body[0] if body else ""
    if isinstance(body, bytes):
        return decode_text(body.rstrip(b"\x00"))
    return body.rstrip("\x00") if isinstance(body, str) else ""


def _rtf(tnef: object) -> bytes:
    packed = getattr(tnef, "_rtfbody", None)
    if isinstance(packed, list):
        packed = packed[0] if packed else None
    return decompress_rtf(packed) if isinstance(packed, bytes) else b""


def _files(attachments: list[object], depth: int) -> Iterator[PackedFile]:
    for attachment in attachments:
        embedded = getattr(attachment, "embed", None)
        if embedded is not None and depth < MAX_EMBEDDED:
            name = _name(attachment) or "message"
            for body, extension in ((_text(embedded.body), ".txt"), (_text(embedded.htmlbody), ".html")):
                if body:
                    yield PackedFile(name + extension, body.encode("utf-8"))
            rtf = _rtf(embedded)
            if rtf:
                yield PackedFile(name + ".rtf", rtf)
            yield from _files(embedded.attachments, depth + 1)
        else:
            content = getattr(attachment, "data", b"")
            if isinstance(content, bytes):
                yield PackedFile(_name(attachment), content)


def _name(attachment: object) -> str:
    long_name = attachment.long_filename()  # type: ignore[attr-defined]
    return _text(long_name).strip()
