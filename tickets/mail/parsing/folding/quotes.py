"""Which lines are quoted mail. One reading for text and HTML: both arrive as lines with a kind."""

from collections.abc import Sequence

from tickets.mail.parsing.folding.headers import head_end, is_separator, role_of, with_rule_above
from tickets.mail.parsing.folding.introductions import introduction_start, names_a_mail
from tickets.mail.parsing.folding.languages import DATE, FROM

# Kinds of lines.
BLANK = 0
OWN = 1  # or not known
QUOTED = 2  # marked as quoted mail
INDENTED = 3  # quoted mail if an introduction says so
INTRODUCTION = 4  # marked as the line before quoted mail
REST = 5  # marked as the start of a quoted mail that goes on to the end

LONGEST_UNWRAPPED = 60  # a quoted line at least this long may have been wrapped on its way, losing its mark


class Announcement:
    """Lines that say that quoted mail follows. `is_certain`: even when nothing marks what follows as quoted."""

    __slots__ = ("end", "is_certain", "start")

    def __init__(self, start: int, end: int, *, is_certain: bool) -> None:
        self.start = start
        self.end = end
        self.is_certain = is_certain


def quoted_lines(lines: Sequence[str], kinds: Sequence[int], *, paragraphs: bool) -> bytearray:
    """One byte a line: 1 where it is quoted mail or announces it. Blank lines between two such lines count too.

    `paragraphs`: whether the lines keep their blank lines, so that an introduction whose quote is not marked must
    stand after one.
    """
    folded = bytearray(len(lines))
    index = first_own = 0
    indented_is_quoted = False
    while index < len(lines):
        kind = kinds[index]
        if kind == QUOTED or (kind == INDENTED and indented_is_quoted):
            folded[index] = 1
            index = first_own = index + 1
            continue
        found = announcement_at(lines, kinds, index, first_own, paragraphs=paragraphs) if kind != BLANK else None
        end = _end_of_announced(kinds, found) if found else None
        if found is None or end is None:
            index += 1
            continue
        folded[found.start : end] = b"\x01" * (end - found.start)
        indented_is_quoted = indented_is_quoted or (end < len(kinds) and kinds[end] == INDENTED)
        index = first_own = end
    _rejoin_wrapped(lines, kinds, folded)
    bridge_blanks(kinds, folded)
    return folded


def announcement_at(
    lines: Sequence[str], kinds: Sequence[int], index: int, first: int, *, paragraphs: bool
) -> Announcement | None:
    """What line `index` announces, with the lines from `first` on that belong to it."""
    line = lines[index]
    if kinds[index] == REST:
        return Announcement(with_rule_above(lines, index, first), index + 1, is_certain=True)
    if kinds[index] == INTRODUCTION:
        return Announcement(index, index + 1, is_certain=False)
    if is_separator(line):
        end = index + 1
        while end < len(lines) and not lines[end]:
            end += 1
        return Announcement(index, (head_end(lines, end) if end < len(lines) else None) or index + 1, is_certain=True)
    if role_of(line) in (FROM, DATE):
        head = head_end(lines, index)
        if head is not None:
            return Announcement(with_rule_above(lines, index, first), head, is_certain=True)
    start = introduction_start(lines, index, first)
    if start is None:
        return None
    stands_apart = not paragraphs or start == 0 or not lines[start - 1]
    is_certain = stands_apart and names_a_mail(" ".join(lines[start : index + 1]))
    return Announcement(start, index + 1, is_certain=is_certain)


def _end_of_announced(kinds: Sequence[int], found: Announcement) -> int | None:
    """The index up to which to fold, or None when the announcement stands alone among own words."""
    following = found.end
    while following < len(kinds) and kinds[following] == BLANK:
        following += 1
    if following == len(kinds) or kinds[following] in (QUOTED, INDENTED, INTRODUCTION):
        return following
    return len(kinds) if found.is_certain else None


def _rejoin_wrapped(lines: Sequence[str], kinds: Sequence[int], folded: bytearray) -> None:
    """Fold a line that lost its mark when a long quoted line was wrapped: in mid-sentence, quoted before and after."""
    for index in range(1, len(lines) - 1):
        if kinds[index] != OWN or folded[index] or not (folded[index - 1] and folded[index + 1]):
            continue
        before = lines[index - 1]
        is_mid_sentence = before[-1:] not in ".!?:;" and lines[index][:1].islower()
        if len(before) >= LONGEST_UNWRAPPED and kinds[index - 1] == kinds[index + 1] == QUOTED and is_mid_sentence:
            folded[index] = 1


def bridge_blanks(kinds: Sequence[int], folded: bytearray) -> None:
    """Fold blank lines between two folded lines, and after the last."""
    run_start = -1
    for index, kind in enumerate(kinds):
        if folded[index]:
            if run_start >= 0:
                folded[run_start:index] = b"\x01" * (index - run_start)
            run_start = index + 1
        elif kind != BLANK:
            run_start = -1
    if run_start >= 0:
        folded[run_start:] = b"\x01" * (len(folded) - run_start)
