"""From the tree of parts to the text and the HTML that people wrote, in order; everything else becomes a file."""

import html as html_entities
import re
from dataclasses import dataclass

from helpdesk.core.charsets import decode_text
from tickets.mail.parsing import caps, tnef, uuencode
from tickets.mail.parsing.attachments import Attachments
from tickets.mail.parsing.flowed import unflow
from tickets.mail.parsing.parameters import ContentHeader, read_disposition
from tickets.mail.parsing.rtf import rtf_to_text
from tickets.mail.parsing.structure import CONTAINER_MESSAGES, Part

SHOWN_AS_TEXT = frozenset(
    {"text/plain", "text/markdown", "text/x-markdown", "text/english", "text/unknown", "text/us-ascii"}
)
SHOWN_AS_HTML = frozenset({"text/html", "application/xhtml+xml", "text/xhtml"})
ENRICHED = frozenset({"text/enriched", "text/richtext"})
TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
READABLE_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
    }
)
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_:.-]{1,60})""", re.IGNORECASE)
ENRICHED_MARKS = re.compile(r"<param>[^<]*</param>|</?[A-Za-z0-9-]{1,60}>", re.IGNORECASE)
REMARK = re.compile(r"\bmime\b|multi-?part", re.IGNORECASE)
MAX_RAW_SHOWN = 64 * 1024
MAX_TRAILER = 16 * 1024


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of the body: plain text, HTML, or both saying the same. `html` is as it came, not yet safe."""

    text: str = ""
    html: str = ""


class BodyReader:
    """Walks the tree once. Segments are returned, files collected in `attachments`, oddities in `warnings`."""

    def __init__(self, attachments: Attachments, warnings: set[str], hint: str) -> None:
        self._attachments = attachments
        self._warnings = warnings
        self._hint = hint
        self._packed: list[Segment] = []
        self._reports: list[str] = []

    def read(self, root: Part) -> list[Segment]:
        """The body in order; what only winmail.dat or a delivery report says is used when there is nothing else."""
        segments = [
            segment
            for segment in self._segments(root, related=False, alone=True)
            if segment.text.strip() or segment.html.strip()
        ]
        return segments or self._packed or self._preamble(root) + [Segment(text=report) for report in self._reports]

    def _segments(self, part: Part, *, related: bool, alone: bool) -> list[Segment]:
        kind = part.content_type
        if kind.startswith("multipart/"):
            return self._multipart(part, related=related, alone=alone)
        disposition = read_disposition(part.header("content-disposition"))
        if part.children or kind in CONTAINER_MESSAGES:
            self._attachments.add_part(part, disposition, part.raw_body, related=related)
            return []
        content = part.decoded(self._warnings)
        named = bool(self._attachments.name_of(part, disposition))
        if disposition.value != "attachment" and not (named and not alone):
            shown = self._shown(part, content)
            if shown is not None:
                return shown
        self._file(part, disposition, content, related=related)
        return []

    def _shown(self, part: Part, content: bytes) -> list[Segment] | None:
        """The segments of a part that is itself text for people; None for any other part."""
        kind = part.content_type
        if kind in SHOWN_AS_HTML:
            return [Segment(html=self._html(part, content))]
        if kind in ENRICHED:
            return [
                Segment(
                    text=html_entities.unescape(ENRICHED_MARKS.sub("", self._text(part, content))).replace("<<", "<")
                )
            ]
        if kind not in SHOWN_AS_TEXT:
            return None
        if (part.content.value == "text/plain" and content[:2] in (b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in content[
            :1024
        ]:
            text, files = uuencode.take_files(self._text(part, content))
            for file in files:
                self._attachments.add(file.name, file.content, declared="application/octet-stream")
            return [Segment(text=text)]
        return (
            [Segment(text=self._text(part, content))]
            if part.content.parameters.get("charset", "").lower().startswith("utf")
            else None
        )

    def _text(self, part: Part, content: bytes) -> str:
        charset = part.content.parameters.get("charset", "")
        text = decode_text(content, charset, hint=self._hint, warnings=self._warnings)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if part.content.parameters.get("format", "").lower() == "flowed":
            return unflow(text, delete_space=part.content.parameters.get("delsp", "").lower() == "yes")
        return text

    def _html(self, part: Part, content: bytes) -> str:
        charset = part.content.parameters.get("charset", "")
        if not charset and not content.isascii():
            stated = META_CHARSET.search(content, 0, 4096)
            charset = stated[1].decode("ascii") if stated else ""
        return decode_text(content, charset, hint=self._hint, warnings=self._warnings)

    def _file(self, part: Part, disposition: ContentHeader, content: bytes, *, related: bool) -> None:
        name = self._attachments.name_of(part, disposition).lower()
        if part.content_type in TNEF_TYPES or name == "winmail.dat":
            if self._unpack(content):
                return
            self._warnings.add("winmail.dat could not be unpacked")
        elif part.content_type in READABLE_REPORTS:
            self._reports.append(self._text(part, content))
        elif part.content_type == "message/partial":
            self._warnings.add("The mail is one piece of a longer one (message/partial)")
        self._attachments.add_part(part, disposition, content, related=related)

    def _unpack(self, content: bytes) -> bool:
        unpacked = tnef.unpack(content)
        if unpacked is None:
            return False
        text = unpacked.text or (rtf_to_text(unpacked.rtf) if unpacked.rtf and not unpacked.html else "")
        if text.strip() or unpacked.html.strip():
            self._packed.append(Segment(text=text, html=unpacked.html))
        if unpacked.rtf:
            self._attachments.add("message.rtf", unpacked.rtf, declared="application/rtf")
        for file in unpacked.files:
            self._attachments.add(file.name, file.content)
        return True

    def _multipart(self, part: Part, *, related: bool, alone: bool) -> list[Segment]:
        if not part.children:
            return self._raw_multipart(part)
        if part.content_type == "multipart/alternative":
            segments = self._alternative(part, related=related)
        else:
            inside = related or part.content_type == "multipart/related"
            only_child = alone and len(part.children) == 1
            segments = []
            for child in part.children:
                segments.extend(self._segments(child, related=inside, alone=only_child))
        return segments + self._trailer(part) if part.trailer and part.depth == 0 else segments

    def _raw_multipart(self, part: Part) -> list[Segment]:
        """A multipart without parts: its content was meant for somebody, so it is shown, or attached when long."""
        content = part.raw_body
        if len(content) > MAX_RAW_SHOWN:
            self._attachments.add("unread-part.txt", content, declared=part.content_type)
            return []
        text = decode_text(content, "", hint=self._hint, warnings=self._warnings)
        return [Segment(text=text.replace("\r\n", "\n").replace("\r", "\n"))]

    def _preamble(self, root: Part) -> list[Segment]:
        """Words before the first boundary, where some daemons put their only text; not the usual remark about MIME."""
        text = decode_text(root.preamble[:MAX_RAW_SHOWN], "", hint=self._hint).replace("\r\n", "\n").strip()
        return [] if not text or (len(text) < 500 and REMARK.search(text)) else [Segment(text=text)]

    def _trailer(self, part: Part) -> list[Segment]:
        """Words after the last boundary: gateways and lists put footers there, and truncated mails their rest."""
        if not part.trailer.strip():
            return []
        self._warnings.add("There is text after the last part")
        if len(part.trailer) > MAX_TRAILER:
            self._attachments.add("after-the-last-part.txt", part.trailer)
            return []
        text = decode_text(part.trailer, "", hint=self._hint, warnings=self._warnings)
        return [Segment(text=text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))]

    def _alternative(self, part: Part, *, related: bool) -> list[Segment]:
        """The first plain text and the last HTML say the same; other readings that differ are kept as files."""
        plain: list[str] = []
        rich: list[list[Segment]] = []
        for child in part.children:
            segments = self._segments(child, related=related, alone=False)
            if any(segment.html for segment in segments):
                rich.append(segments)
            elif any(segment.text.strip() for segment in segments):
                plain.append("\n".join(segment.text for segment in segments))
        for spare in plain[1:]:
            if spare.strip() != plain[0].strip():
                self._attachments.add("alternative.txt", spare.encode("utf-8"), declared="text/plain")
        for segments in rich[:-1]:
            self._attachments.add("alternative.html", as_html(segments).encode("utf-8"), declared="text/html")
        if not rich:
            return [Segment(text=plain[0])] if plain else []
        if not plain:
            return rich[-1]
        return [Segment(text=plain[0], html=as_html(rich[-1]))]


def as_html(segments: list[Segment]) -> str:
    """One HTML for all segments; plain ones are escaped. Empty when no segment has any."""
    if not any(segment.html for segment in segments):
        return ""
    return "\n".join(segment.html or text_as_html(segment.text) for segment in segments)


def text_as_html(text: str) -> str:
    return "<div>" + html_entities.escape(text.strip("\n"), quote=False).replace("\n", "<br>\n") + "</div>"


def charset_hint(root: Part) -> str:
    """The first charset that any part states: what headers without a label were most likely written in."""
    pending, seen = [root], 0
    while pending and seen < caps.MAX_PARTS:
        part = pending.pop()
        seen += 1
        charset = part.content.parameters.get("charset", "")
        if charset:
            return charset
        pending.extend(reversed(part.children))
    return ""
