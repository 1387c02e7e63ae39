"""The tree of parts of a mail (RFC 2046), found by position in the bytes: no part is copied before it is wanted.

Delimiters of an outer multipart bind before those of an inner one, so the work is at most `MAX_DEPTH` passes over the
bytes. The standard library's feed parser is not used here: it recurses by nesting, reads every line of an attachment in
Python, takes a bare CR for a line end and rewrites attached messages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tickets.mail.parsing import caps
from tickets.mail.parsing.parameters import ContentHeader, read_content_header
from tickets.mail.parsing.transfer import decode_transfer

MAX_FALSE_DELIMITERS = 20_000
WHITE = b" \t\r\n"
CONTAINER_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
GUESSED_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,200}?|-[^\r\n]{1,200}?)[ \t]*\r?\n(?=[A-Za-z-]{1,60}:|\r?\n)", re.MULTILINE
)


@dataclass(slots=True)
class Part:
    """One node: its headers, where its body lies in `buffer`, and the parts inside it.

    `children` of a multipart are its parts; of an attached message the one message. `preamble` and `trailer` are the
    words of a multipart before its first and after its last delimiter.
    """

    buffer: bytes
    fields: list[tuple[str, str]]
    start: int
    end: int
    content: ContentHeader
    depth: int = 0
    children: "list[Part]" = field(default_factory=list)
    preamble: bytes = b""
    trailer: bytes = b""
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        return self.content.value

    @property
    def raw_body(self) -> bytes:
        return self.buffer[self.start : self.end]

    def header(self, name: str) -> str:
        """The first header of that lower-case name, unfolded; empty when there is none."""
        found = self.values.get(name)
        return found[0].replace("\n", "") if found else ""

    def headers(self, name: str) -> list[str]:
        return [value.replace("\n", "") for value in self.values.get(name, ())]

    @property
    def transfer_encoding(self) -> str:
        return self.header("content-transfer-encoding").split(";")[0].strip().strip('"').lower()

    def decoded(self, warnings: set[str]) -> bytes:
        return decode_transfer(self.raw_body, self.transfer_encoding, warnings, textual=self.content.is_text)


@dataclass(slots=True)
class Budget:
    """How many parts may still be opened, and what was wrong so far."""

    warnings: set[str]
    parts_left: int = caps.MAX_PARTS


def read_structure(raw: bytes, warnings: set[str]) -> Part:
    """The tree of the whole mail."""
    return _read_part(raw, 0, len(raw), Budget(warnings), depth=0, default_type="text/plain")


def _read_part(buffer: bytes, start: int, end: int, budget: Budget, *, depth: int, default_type: str) -> Part:
    block = caps.read_headers(buffer, start, end, budget.warnings)
    part = part_of(buffer, block.fields, min(block.body_start, end), end, depth=depth, default_type=default_type)
    budget.parts_left -= 1
    if part.content_type.startswith("multipart/"):
        if depth >= caps.MAX_DEPTH:
            budget.warnings.add(
                f"Parts are nested more than {caps.MAX_DEPTH} deep; the inner ones are shown as they came"
            )
        else:
            _open_multipart(part, budget)
    elif part.content_type in CONTAINER_MESSAGES and depth < caps.MAX_DEPTH:
        _open_message(part, budget)
    return part


def part_of(
    buffer: bytes,
    fields: list[tuple[str, str]],
    start: int,
    end: int,
    *,
    depth: int = 0,
    default_type: str = "text/plain",
) -> Part:
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name.lower(), []).append(value)
    content = read_content_header(values["content-type"][0] if "content-type" in values else "", default=default_type)
    return Part(buffer, fields, start, end, content, depth, values=values)


def _open_message(part: Part, budget: Budget) -> None:
    if part.transfer_encoding in ("base64", "quoted-printable"):
        part.buffer = part.decoded(budget.warnings)
        part.start, part.end = 0, len(part.buffer)
        part.values.pop("content-transfer-encoding")
        part.fields = [pair for pair in part.fields if pair[0].lower() != "content-transfer-encoding"]
    part.children.append(
        _read_part(part.buffer, part.start, part.end, budget, depth=part.depth + 1, default_type="text/plain")
    )


def _open_multipart(part: Part, budget: Budget) -> None:
    spans, trailer_start = _spans(part, budget)
    if not spans and part.transfer_encoding in ("base64", "quoted-printable"):
        decoded = part.decoded(budget.warnings)
        if decoded != part.raw_body:
            part.buffer, part.start, part.end = decoded, 0, len(decoded)
            spans, trailer_start = _spans(part, budget)
    if not spans:
        budget.warnings.add("A multipart has no parts; its content is shown as text")
    else:
        # The first part starts behind the line of the first delimiter.
        delimiter = part.buffer.rfind(b"\n--", part.start, spans[0][0])
        part.preamble = part.buffer[part.start : max(part.start, delimiter)]
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in spans:
        if budget.parts_left <= 0:
            budget.warnings.add(f"The mail has more than {caps.MAX_PARTS} parts; the rest are only in the raw mail")
            return
        part.children.append(_read_part(part.buffer, start, end, budget, depth=part.depth + 1, default_type=default))
    if trailer_start is not None:
        part.trailer = part.buffer[trailer_start : part.end]


def _spans(part: Part, budget: Budget) -> tuple[list[tuple[int, int]], int | None]:
    """Where the parts lie, and where the text after the closing delimiter starts (None when that is missing)."""
    for boundary in _boundaries(part):
        spans, trailer = _split_at(part, boundary, budget)
        if spans or trailer is not None:
            if trailer is None:
                budget.warnings.add("The last boundary is missing; the mail may be cut short")
            return spans, trailer
    return [], None


def _boundaries(part: Part) -> Iterator[bytes]:
    declared = part.content.parameters.get("boundary", "")
    if declared:
        yield declared.encode("ascii", "surrogateescape")
        if declared != declared.strip():
            yield declared.strip().encode("ascii", "surrogateescape")
        folded = re.search(r'boundary\s*=\s*"([^"]*\n[^"]*)"', part.values["content-type"][0], re.IGNORECASE)
        if folded:
            yield folded[1].encode("ascii", "surrogateescape")
            yield folded[1].replace("\n", "\r\n").encode("ascii", "surrogateescape")
    guess = GUESSED_BOUNDARY.search(part.buffer, part.start, min(part.end, part.start + 65_536))
    if guess:
        yield guess[1]


def _split_at(part: Part, boundary: bytes, budget: Budget) -> tuple[list[tuple[int, int]], int | None]:
    buffer, mark = part.buffer, b"--" + boundary
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    position, misses = part.start, 0
    while (found := buffer.find(mark, position, part.end)) != -1:
        position = found + len(mark)
        kind, after = _delimiter_kind(buffer, found, position, part)
        if kind == "":
            misses += 1
            if misses > MAX_FALSE_DELIMITERS:
                budget.warnings.add("Too many lines look like boundaries; the rest is shown as it came")
                break
            continue
        if opened is not None:
            spans.append((opened, _without_line_end(buffer, opened, found)))
        if kind == "close":
            return spans, after
        opened = position = after
        if len(spans) > budget.parts_left:
            return spans, part.end
    if opened is not None:
        spans.append((opened, part.end))
    return spans, None


def _delimiter_kind(buffer: bytes, found: int, after_mark: int, part: Part) -> tuple[str, int]:
    """("open" | "close" | "" for neither, position after the delimiter's line).

    RFC 2046 5.1.1: what stands behind the boundary on its line does not count, as long as it is set off.
    """
    if found > part.start and buffer[found - 1] not in b"\n\r":
        return "", after_mark
    line_end = buffer.find(b"\n", after_mark, min(part.end, after_mark + 1000))
    after = min(part.end, after_mark + 1000) if line_end == -1 else line_end + 1
    rest = buffer[after_mark:after]
    if not rest or rest[0] in WHITE:
        return "open", after
    return ("close", after) if rest[:2] == b"--" and (len(rest) == 2 or rest[2] in WHITE) else ("", after_mark)


def _without_line_end(buffer: bytes, start: int, end: int) -> int:
    if end > start and buffer[end - 1] == 10:
        end -= 1
    if end > start and buffer[end - 1] == 13:
        end -= 1
    return end
