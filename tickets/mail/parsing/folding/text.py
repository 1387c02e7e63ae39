"""Folding plain text."""

import re
from collections.abc import Iterable

from tickets.mail.parsing.folding.quotes import BLANK, INDENTED, OWN, QUOTED, bridge_blanks, quoted_lines
from tickets.mail.parsing.folding.signatures import app_signature, signature_lines

MOST_LINES = 20_000  # lines that are looked at; what comes after stays visible unless a quote runs to the end
LONGEST_LINE = 1_000  # characters of a line that are looked at

_INITIALS = re.compile(r"\s{0,2}[^\W\d_a-zа-яё]{1,3}>")  # "AB> quoted", as The Bat! marks lines
_EDGES = " \t\r\xa0\u200b\u200e\u200f\ufeff"


def fold_text(text: str) -> tuple[tuple[int, int], ...]:
    """The character ranges of `text` that are quoted mail or signature: sorted, apart, of whole lines.

    Empty when nothing folds, and when nothing would stay visible. Takes linear time.
    """
    raw = text.split("\n", MOST_LINES)
    lines = [line.strip(_EDGES) if len(line) <= LONGEST_LINE else _ends_of(line) for line in raw]
    kinds = [_kind_of(line) for line in lines]
    _correct_kinds(raw, kinds, text)
    quoted = quoted_lines(lines, kinds, paragraphs=True)
    folded = bytearray(quoted)
    _fold_signatures(lines, kinds, folded)
    bridge_blanks(kinds, folded)
    for candidate in (folded, quoted):
        if any(kind != BLANK and not fold for kind, fold in zip(kinds, candidate, strict=True)):
            return _ranges(raw, candidate)
    return ()


def visible_text(text: str, folds: Iterable[tuple[int, int]]) -> str:
    """`text` without the ranges in `folds`."""
    pieces = []
    position = 0
    for start, end in folds:
        pieces.append(text[position:start])
        position = end
    return "".join([*pieces, text[position:]])


def _ends_of(line: str) -> str:
    half = LONGEST_LINE // 2
    return f"{line[:half]} {line[-half:]}".strip(_EDGES)


def _kind_of(line: str) -> int:
    if not line:
        return BLANK
    return QUOTED if line[0] == ">" else OWN


def _correct_kinds(raw: list[str], kinds: list[int], text: str) -> None:
    """Lines that begin with `>` and are nobody's quote, and quotes marked with initials."""
    if ">From " in text or ">>> " in text:
        for index, line in enumerate(raw):
            is_escaped = line.startswith(">From ") and not _has_quoted_neighbour(kinds, index)
            if is_escaped or (line.startswith(">>> ") and not _is_nested_quote(raw, index)):
                kinds[index] = OWN
    if "> " in text:
        for index, line in enumerate(raw):
            if kinds[index] == OWN and _INITIALS.match(line):
                kinds[index] = INDENTED


def _has_quoted_neighbour(kinds: list[int], index: int) -> bool:
    return QUOTED in kinds[max(0, index - 1) : index] or QUOTED in kinds[index + 1 : index + 2]


def _is_nested_quote(raw: list[str], index: int) -> bool:
    """Whether a `>>> ` line stands in a quote rather than in what a Python prompt printed: `>` or `>>` lines beside."""
    near = raw[max(0, index - 3) : index] + raw[index + 1 : index + 4]
    return any(line.startswith(">") and not line.startswith(">>> ") for line in near)


def _fold_signatures(lines: list[str], kinds: list[int], folded: bytearray) -> None:
    """Fold the signature below the last own words; when these were all signature, also the one before."""
    end = len(lines)
    while end > 0:
        while end > 0 and (folded[end - 1] or kinds[end - 1] == BLANK):
            end -= 1
        start = folded.rfind(1, 0, end) + 1
        app = app_signature(lines, start, end)
        if app is not None and any(lines[start:app]):
            folded[app:end] = b"\x01" * (end - app)
            end = app
        found = signature_lines(lines, start, end)
        if found is None:
            return
        folded[found[0] : found[1]] = b"\x01" * (found[1] - found[0])
        if any(lines[start : found[0]]) or start == 0:
            return
        end = start


def _ranges(raw: list[str], folded: bytearray) -> tuple[tuple[int, int], ...]:
    ranges = []
    position = 0
    start: int | None = None
    for line, fold in zip(raw, folded, strict=True):
        if fold and start is None:
            start = position
        elif not fold and start is not None:
            ranges.append((start, position))
            start = None
        position += len(line) + 1
    if start is not None:
        ranges.append((start, position - 1))
    return tuple(ranges)
