"""Signatures: below "-- ", below a farewell, and the line a telephone adds."""

import re
from collections.abc import Sequence

from tickets.mail.parsing.folding import languages

LONGEST = 15  # lines below "--" that are not blank
LONGEST_AFTER_FAREWELL = 8
SHORTEST_AFTER_FAREWELL = 2  # a farewell and a name take no more room than the fold would
WIDEST = 90  # characters of a line

_SEPARATOR = re.compile(r"--\s?$")
_WEAK_SEPARATOR = re.compile(r"(?:_{2,80}|[—–]{1,80})\s*$")
_SENT_FROM = re.compile(
    rf"[\W_]{{0,4}}(?:{languages.GET_APP}|(?:{languages.SENT_FROM})\s?(?:my (?:verizon|at&t|sprint),? )?"
    rf"(?:[\w'’.-]{{1,20}}\s){{0,4}}?(?:{languages.DEVICES}))(?!\w)(?!\s\w+\W+\w+\W+\w+\W+\w+)",
    re.I,
)
_SENT_FROM_LAST = re.compile(
    r"(?:.{1,40}(?:gönderildi|から送信|에서 보냄|发送|發送)|von meinem? .{1,40} gesendet"
    r"|diese nachricht wurde von .{1,60} gesendet)\W*$",
    re.I,
)
_OWN_LINK = "aka.ms/"  # Outlook's mobile apps link their line; the mail they answer follows it, marked or not
_FAREWELL = re.compile(rf"[\W_]{{0,3}}(?:{languages.CLOSINGS})[\s,.!;:–—-]{{0,4}}(?:[^\W\d_][\w.'’ -]{{0,40}})?$", re.I)
_CONTACT = re.compile(r"@|https?:|www\.|\+?\d[\d ()-]{6,}|mailing list", re.I)
_POSTSCRIPT = re.compile(r"(?:p\.? ?s\.?|з\.? ?ы\.?|постскриптум)(?:\W|$)", re.I)


def signature_lines(lines: Sequence[str], start: int, end: int) -> tuple[int, int] | None:
    """The range of the signature that ends the own words in lines `start` to `end`, or None. Postscripts end it."""
    last = end
    while last > start and not lines[last - 1]:
        last -= 1
    if last == start:
        return None
    found = _below_separator(lines, start, last)
    if found is None:
        found = _below_farewell(lines, start, _device_start(lines, start, last))
    if found is None:
        found = _device_start(lines, start, last)
    if found == last:
        return None
    postscript = next((index for index in range(found, last) if _POSTSCRIPT.match(lines[index])), None)
    return found, end if postscript is None else postscript


def app_signature(lines: Sequence[str], start: int, end: int) -> int | None:
    """The line between `start` and `end` that a mail app added with its own link, after which only its quote comes."""
    for index in range(start, end):
        line = lines[index]
        if _OWN_LINK in line and len(line) < 200 and is_device_line(line):
            return index
    return None


def is_device_line(line: str) -> bool:
    """Whether the line is "Sent from my iPhone" in some language, and not a sentence that begins so."""
    words = line.split("<http")[0].split("(http")[0]
    return len(words) <= WIDEST and bool(_SENT_FROM.match(words) or _SENT_FROM_LAST.match(words))


def _device_start(lines: Sequence[str], start: int, last: int) -> int:
    """Where the trailing lines that devices added begin; `last` when there are none."""
    first = last
    for index in range(last - 1, start - 1, -1):
        if is_device_line(lines[index]):
            first = index
        elif lines[index]:
            break
    return first


def _below_separator(lines: Sequence[str], start: int, last: int) -> int | None:
    seen = 0
    for index in range(last - 1, start - 1, -1):
        line = lines[index]
        if not line:
            continue
        if _SEPARATOR.match(line):
            return index
        if line[0] in "_—–" and _WEAK_SEPARATOR.match(line) and seen <= LONGEST_AFTER_FAREWELL:
            return index if any(_CONTACT.search(each[:300]) for each in lines[index:last]) else None
        seen += 1
        if seen > LONGEST:
            return None
    return None


def _below_farewell(lines: Sequence[str], start: int, last: int) -> int | None:
    seen = 0
    for index in range(last - 1, start - 1, -1):
        line = lines[index]
        if not line:
            continue
        if len(line) <= WIDEST and _FAREWELL.match(line):
            return index if seen >= SHORTEST_AFTER_FAREWELL else None
        seen += 1
        if seen > LONGEST_AFTER_FAREWELL or len(line) > WIDEST or line[-1] in "?？":
            return None
    return None
