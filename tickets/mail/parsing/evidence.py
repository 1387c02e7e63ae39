"""The tree of parts as a Message of the standard library (policy compat32), which classification reads."""

from email.message import Message
from typing import Any

from tickets.mail.parsing import caps
from tickets.mail.parsing.structure import Part

MAX_EVIDENCE_BYTES = 256 * 1024


class EvidenceMessage(Message):
    """A Message that finds its headers by name at once: classification asks for dozens that are mostly not there."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__()
        self._by_name: dict[str, list[tuple[str, str]]] = {}
        for name, value in fields:
            self.set_raw(name, value)
            self._by_name.setdefault(name.lower(), []).append((name, value))

    def get(self, name: str, failobj: Any = None) -> Any:
        found = self._by_name.get(name.lower())
        return self.policy.header_fetch_parse(*found[0]) if found else failobj

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name

    def get_all(self, name: str, failobj: Any = None) -> Any:
        found = self._by_name.get(name.lower())
        return [self.policy.header_fetch_parse(*each) for each in found] if found else failobj


def to_message(part: Part) -> Message:
    """The tree as the standard library's Message under policy compat32, in the shape its own parser gives.

    For classification: files are left out and texts are given up to `MAX_EVIDENCE_BYTES`.
    """
    message = EvidenceMessage(part.fields)
    message.set_default_type(part.content_type if not part.values.get("content-type") else "text/plain")
    if part.content_type == "message/delivery-status":
        message.set_payload(_status_blocks(part))
    elif part.children:
        message.set_payload([to_message(child) for child in part.children])
    elif part.content_type.startswith(("text/", "message/", "multipart/")):
        body = part.buffer[part.start : min(part.end, part.start + MAX_EVIDENCE_BYTES)]
        message.set_payload(body.decode("ascii", "surrogateescape").replace("\r\n", "\n"))
    else:
        message.set_payload("")
    return message


def _status_blocks(part: Part) -> list[Message | str]:
    blocks: list[Message | str] = []
    position, warnings = part.start, set[str]()
    while position < part.end and len(blocks) < caps.MAX_PARTS:
        block = caps.read_headers(part.buffer, position, part.end, warnings)
        message = EvidenceMessage(block.fields)
        message.set_payload("")
        if block.fields:
            blocks.append(message)
        position = max(block.body_start, position + 1)
        if warnings:
            break
    return blocks
