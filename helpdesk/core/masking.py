"""Taking words that should not have been written out of whatever holds them: text, HTML, JSON.

A word is found as it was written, and as copies have it: broken into lines, quoted with ">", with a space where HTML
had an element, percent-encoded, in HTML split over tags or written with character references. It becomes MASK, whose
length says nothing of its own.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from html import escape, unescape
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "••••••"
SHORTEST_BEGINNING = 3
"""So many letters of a word at the end of a text that was cut there are taken for its beginning."""
LONGEST_IN_ONE = 200
"""A word beyond this is looked for line by line as it was written, not with breaks anywhere."""

_BREAK = r"(?: |[ \t]*\r?\n[> \t]*)?"
_BETWEEN = r"[\s>]+"
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_VALUE = re.compile(r'"([^"]*)"')
_BLOCK = re.compile(
    r"</?(?:br|p|div|tr|td|th|li|ul|ol|table|pre|blockquote|h[1-6]|hr|section|article)\b", re.IGNORECASE
)


class Mask:
    """What takes these words out. It holds them: nothing that prints it shows them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted({word.strip() for word in words} - {""}, key=lambda word: (-len(word), word))

    def __repr__(self) -> str:
        return f"<Mask of {len(self.words)}>"

    @cached_property
    def forms(self) -> list[str]:
        """The words, and what they become in addresses of pages and in JSON."""
        others = ((quote(word, safe=""), quote(word), quote_plus(word), json.dumps(word)[1:-1]) for word in self.words)
        return sorted({*self.words, *(form for forms in others for form in forms)}, key=lambda form: (-len(form), form))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_tolerant, self.forms)) or r"(?!)")

    def is_in(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def of_text(self, text: str) -> str:
        return self._pattern.sub(MASK, text)

    def of_cut(self, text: str) -> str:
        """The same of a text that may end in the middle of a word."""
        text = self.of_text(text)
        end = text.rstrip("… .")
        for word in self.words:
            for length in range(min(len(word) - 1, len(end)), SHORTEST_BEGINNING - 1, -1):
                if end.endswith(word[:length]):
                    return end[:-length] + MASK + text[len(end) :]
        return text

    def of_folded(self, text: str, folds: Sequence[Sequence[int]]) -> tuple[str, list[list[int]]]:
        """The text, and its ranges of characters moved along; one that ends within a word ends behind the mask."""
        starts, ends, moved = [], [], [0]
        for match in self._pattern.finditer(text):
            starts.append(match.start())
            ends.append(match.end())
            moved.append(moved[-1] + len(MASK) - len(match[0]))

        def at(position: int) -> int:
            begun = bisect_right(starts, position - 1)
            if begun and position < ends[begun - 1]:
                return starts[begun - 1] + moved[begun - 1] + len(MASK)
            return position + moved[begun]

        return self.of_text(text), [[at(start), at(end)] for start, end in folds]

    def of_value(self, value: Any) -> Any:
        """The same for a JSON value, keys left as they are."""
        if isinstance(value, str):
            return self.of_text(value)
        if isinstance(value, list):
            return [self.of_value(each) for each in value]
        if isinstance(value, dict):
            return {key: self.of_value(each) for key, each in value.items()}
        return value

    def of_html(self, html: str) -> str:
        """Canonical HTML (`helpdesk.core.sanitising`) without the words, in its text and in values of attributes.
        A word that stands in several elements becomes one mask where it begins; the elements stay."""
        pieces = list(_pieces(html))
        said, owners = [], []
        for number, (is_tag, source) in enumerate(pieces):
            letters = ("\n" if _BLOCK.match(source) else "") if is_tag else unescape(source)
            said.append(letters)
            owners += [number] * len(letters)
        text = "".join(said)
        hidden: dict[int, str] = {}
        for match in self._pattern.finditer(text):
            touched = [number for number in owners[match.start() : match.end()] if not pieces[number][0]]
            hidden |= dict.fromkeys(touched, "") | {touched[0]: MASK} if touched else {}
        return "".join(
            self._of_tag(source) if is_tag else hidden.get(number, source)
            for number, (is_tag, source) in enumerate(pieces)
        )

    def _of_tag(self, tag: str) -> str:
        def masked(match: re.Match[str]) -> str:
            value = unescape(match[1])
            return f'"{escape(self.of_text(value))}"' if self.is_in(value) else match[0]

        return _VALUE.sub(masked, tag)


def _tolerant(form: str) -> str:
    lines = form.split()
    if len(lines) > 1 or len(form) > LONGEST_IN_ONE:
        return _BETWEEN.join(map(re.escape, lines))
    return _BREAK.join(map(re.escape, form))


def _pieces(html: str) -> Iterator[tuple[bool, str]]:
    """Tags, and between them letter by letter as they stand in the source: (is a tag, source)."""
    at = 0
    while at < len(html):
        if html[at] == "<":
            end = _end_of_tag(html, at)
            yield True, html[at:end]
        elif html[at] == "&" and (reference := _REFERENCE.match(html, at)):
            end = reference.end()
            yield False, html[at:end]
        else:
            end = at + 1
            yield False, html[at]
        at = end


def _end_of_tag(html: str, start: int) -> int:
    """Behind its closing bracket: those within quotes are not it."""
    at = start + 1
    while at < len(html) and html[at] != ">":
        if html[at] == '"':
            closing = html.find('"', at + 1)
            at = closing if closing >= 0 else len(html) - 1
        at += 1
    return min(at + 1, len(html))
