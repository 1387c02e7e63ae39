"""The line before a quote: "On Monday, 5 May 2025 at 14:30, Clara <clara@client.example> wrote:"."""

import re
from collections.abc import Sequence

from tickets.mail.parsing.folding import languages

LONGEST = 500  # characters over all its lines
MOST_LINES = 4

_VERB = re.compile(rf"(?<!\w)(?:{languages.WROTE})(?!\w)|{languages.WROTE_UNSPACED}", re.I)
_OPENER = re.compile(rf"[\W_]{{0,12}}(?:{languages.OPENERS})(?!\w)", re.I)
_DATE_FIRST = re.compile(r"[\W_]{0,12}(?:\d{1,4}(?:\b|[年년])|(?:[^\W\d_]{1,14}[.,]{0,2}\s+){1,2}\d{1,4}\b)")
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{2}(?!\d)")
_NAME_FIRST = re.compile(r"[\W_]{0,12}[^\W_][^<>@]{1,80}[<(\[][^<>@\s]{1,100}@[^<>@\s]{1,200}[>)\]]")
_ADDRESS_LAST = re.compile(r"@[^\s<>@]{2,200}[>)\]\s\"'*]{0,8}[:：]\W{0,4}$")
_FIRST_PERSON = re.compile(rf"(?<![\w.])(?:{languages.FIRST_PERSON})(?![\w.])")
_LAST_LINE = re.compile(rf"(?:[:：]|(?<!\w)(?:{languages.WROTE})|{languages.WROTE_UNSPACED})[\W_]{{0,12}}$", re.I)
_PLAIN_ENDS = (":", "：", "-", "*", "\u200e", "\u200f", "wrote", "écrit", "escribió", "escreveu", "scritto", "написал")


def introduction_start(lines: Sequence[str], last: int, first: int) -> int | None:
    """The index of the first line of the introduction that ends with line `last`, or None when it ends none.

    Looks back over at most four lines and not before `first`. A line that opens like an introduction wins over a
    nearer one that would do without.
    """
    ending = lines[last]
    if not ending.endswith(_PLAIN_ENDS) or not ending.strip("-*_= ") or not _LAST_LINE.search(ending[-60:]):
        return None
    joined = ""
    nearest = None
    for start in range(last, max(first, last - MOST_LINES + 1) - 1, -1):
        line = lines[start]
        if not line or (start < last and line[-1] in ":!?："):
            break
        joined = f"{line} {joined}".rstrip()
        if len(joined) > LONGEST:
            break
        if _is_introduction(joined):
            if _OPENER.match(joined):
                return start
            nearest = start if nearest is None else nearest
    return nearest


def names_a_mail(text: str) -> bool:
    """Whether an introduction names one mail so clearly that what follows is its text, though nothing marks it so."""
    return "@" in text or bool(_CLOCK.search(text) and _YEAR.search(text))


def _is_introduction(text: str) -> bool:
    if _FIRST_PERSON.search(text):
        return False
    has_time = bool(_CLOCK.search(text) or _YEAR.search(text))
    date_first = bool(_DATE_FIRST.match(text))
    opens = bool(_OPENER.match(text)) and bool(_DIGIT.search(text))
    if _VERB.search(text):
        return opens or bool(_NAME_FIRST.match(text)) or (date_first and (has_time or "@" in text))
    return has_time and (opens or date_first) and bool(_ADDRESS_LAST.search(text))
