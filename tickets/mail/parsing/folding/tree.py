"""Clean HTML read into lines and elements, by position: the HTML itself is never rewritten."""

import re
from dataclasses import dataclass, field
from html import unescape

from helpdesk.core.sanitising.quotes import QUOTE
from helpdesk.core.sanitising.quotes import REST as REST_OF_MAIL
from helpdesk.core.sanitising.tags import TAG, VOID
from tickets.mail.parsing.folding.headers import head_end, is_separator
from tickets.mail.parsing.folding.introductions import MOST_LINES, introduction_start
from tickets.mail.parsing.folding.quotes import BLANK, INDENTED, INTRODUCTION, OWN, QUOTED, REST

_BLOCKS = frozenset(
    {
        *("address", "blockquote", "caption", "center", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "td", "th", "tr", "ul"),
    }
)
_QUOTE_MARK = re.compile(r' data-quote="([a-z]+)"')
_CONTAINER, _PREFORMATTED = -1, -2  # kinds of elements, besides the kinds of lines
_UNMARKED = {"blockquote": INDENTED, "pre": _PREFORMATTED}
_PICTURE = "\ufffc"
_EDGES = " \t\r\n\xa0\u200b\u200e\u200f\ufeff"


class Unbalanced(ValueError):
    """The HTML is not what a cleaner returns."""


@dataclass(slots=True)
class Node:
    """An element, or a piece of text that is all in one line.

    `start` and `end` are positions in the HTML, `inner` where an element's content begins. `lines` are the first and
    last line that its visible content is in, None when it has none.
    """

    name: str
    start: int
    inner: int
    end: int = -1
    lines: tuple[int, int] | None = None
    children: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """`texts` and `kinds` describe the lines, as `quotes.quoted_lines` reads them."""

    root: Node
    texts: list[str]
    kinds: list[int]


def read(html: str) -> Document:
    """Read clean HTML. Raises Unbalanced for anything else."""
    reader = _Reader(html)
    position = 0
    for match in TAG.finditer(html):
        if match.start() > position:
            reader.text(position, match.start())
        position = match.end()
        if match[1]:
            reader.close(match[2], match.end())
        else:
            reader.open(match[2], match[3], match.start(), match.end())
    if position < len(html):
        reader.text(position, len(html))
    return reader.finish()


class _Reader:
    """Follows the tags; `_inside` counts the open elements of each kind, `_containers` holds for each open quoting
    element that is no block quote the line it begins with."""

    __slots__ = ("_containers", "_html", "_inside", "_kinds", "_line", "_line_kind", "_marks", "_open", "_texts")

    def __init__(self, html: str) -> None:
        self._html = html
        self._texts: list[str] = []
        self._kinds: list[int] = []
        self._line: list[str] = []
        self._line_kind = OWN
        self._open = [Node("", 0, 0)]
        self._marks = [OWN]
        self._inside = {OWN: 0, QUOTED: 0, INDENTED: 0, INTRODUCTION: 0, REST: 0, _CONTAINER: 0, _PREFORMATTED: 0}
        self._containers: list[int] = []

    def open(self, name: str, attributes: str, start: int, end: int) -> None:
        if name in _BLOCKS:
            self._end_line()
        node = Node(name, start, end, end)
        self._open[-1].children.append(node)
        if name in VOID:
            if name == "br":
                self._end_line(keep_blank=True)
            elif name == "img":
                self._say(_PICTURE, node)
            return
        mark = _mark_of(name, attributes)
        if mark == _CONTAINER:
            self._end_line()
            self._containers.append(len(self._texts))
        self._open.append(node)
        self._marks.append(mark)
        self._inside[mark] += 1

    def close(self, name: str, end: int) -> None:
        mark = self._marks.pop()
        if name in _BLOCKS or mark == _CONTAINER:
            self._end_line()
        node = self._open.pop()
        if node.name != name or not self._open:
            raise Unbalanced(name)
        node.end = end
        self._inside[mark] = max(0, self._inside[mark] - 1)
        if mark == _CONTAINER:
            _settle_container(self._texts, self._kinds, self._containers.pop())
        if node.lines:
            _widen(self._open[-1], *node.lines)

    def text(self, start: int, end: int) -> None:
        text = self._html[start:end]
        if "<" in text:
            raise Unbalanced("<")
        if self._inside[_PREFORMATTED] and "\n" in text:
            for piece in text.split("\n"):
                after = min(start + len(piece) + 1, end)
                self._piece(start, after)
                if after > start + len(piece):
                    self._end_line(keep_blank=True)
                start = after
        else:
            self._piece(start, end)

    def finish(self) -> Document:
        self._end_line()
        if len(self._open) != 1:
            raise Unbalanced(self._open[-1].name)
        self._open[0].end = len(self._html)
        return Document(self._open[0], self._texts, self._kinds)

    def _piece(self, start: int, end: int) -> None:
        if start == end:
            return
        node = Node("#text", start, start, end)
        self._open[-1].children.append(node)
        text = self._html[start:end]
        words = unescape(text) if "&" in text else text
        if words.strip(_EDGES):
            self._say(words, node)
        elif self._line:
            self._line.append(" ")

    def _say(self, words: str, node: Node) -> None:
        if not self._line:
            self._line_kind = self._current_kind()
        self._line.append(words)
        node.lines = (len(self._texts), len(self._texts))
        _widen(self._open[-1], *node.lines)

    def _current_kind(self) -> int:
        for kind in (QUOTED, INTRODUCTION, REST, INDENTED):
            if self._inside[kind]:
                if kind == REST:
                    self._inside[REST] = 0  # only its first line announces the rest
                return kind
        return OWN

    def _end_line(self, *, keep_blank: bool = False) -> None:
        if self._line:
            text = " ".join("".join(self._line).split()).strip(_EDGES)
            self._texts.append(text)
            self._kinds.append(QUOTED if self._line_kind in (OWN, INDENTED) and text[:1] == ">" else self._line_kind)
            self._line.clear()
        elif keep_blank:
            self._texts.append("")
            self._kinds.append(BLANK)


def _mark_of(name: str, attributes: str) -> int:
    mark = _QUOTE_MARK.search(attributes) if attributes else None
    if mark is None:
        return _UNMARKED.get(name, OWN)
    if mark[1] == QUOTE:
        return QUOTED if name == "blockquote" else _CONTAINER
    return REST if mark[1] == REST_OF_MAIL else INTRODUCTION


def _settle_container(texts: list[str], kinds: list[int], first: int) -> None:
    """All lines of a quoting element are quoted, unless it begins with own words or has answers between its quotes."""
    spoken = [index for index in range(first, len(kinds)) if kinds[index] != BLANK]
    quoted = next((index for index in spoken if kinds[index] in (QUOTED, INDENTED)), None)
    if not spoken or not _begins_as_quote(texts, kinds, spoken, quoted):
        return
    answers = quoted is not None and any(kinds[index] == OWN for index in spoken if index > quoted)
    if not answers or is_separator(texts[spoken[0]]):
        for index in spoken:
            kinds[index] = QUOTED


def _begins_as_quote(texts: list[str], kinds: list[int], spoken: list[int], quoted: int | None) -> bool:
    first = spoken[0]
    if first == quoted or kinds[first] in (INTRODUCTION, REST):
        return True
    if is_separator(texts[first]) or head_end(texts, first) is not None:
        return True
    near = [index for index in spoken[:MOST_LINES] if quoted is None or index < quoted]
    return any(introduction_start(texts, index, first) == first for index in near)


def _widen(node: Node, first: int, last: int) -> None:
    node.lines = (node.lines[0] if node.lines else first, last)
