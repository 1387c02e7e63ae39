"""Folding HTML: `<details>` put around what is quoted, everything else left as it is."""

from itertools import accumulate

from tickets.mail.parsing.folding.quotes import BLANK, quoted_lines
from tickets.mail.parsing.folding.tree import Node, Unbalanced, read

LABEL = "•••"  # the page may put words beside it; the mail's own HTML holds none in any language

MOST_TAGS = 50_000

_OPEN = f'<details class="fold"><summary>{LABEL}</summary>'
_CLOSE = "</details>"
# Elements whose children cannot stand in a `<details>`.
_STRICT = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup", "ul", "ol", "dl", "ruby", "figure"})


def fold_html(clean_html: str) -> str:
    """`clean_html`, as `clean_mail_html` returns it, with its quoted parts in `<details class="fold">`.

    Only tags are added: the text stays as it is, to the last character. HTML of which nothing would stay visible, and
    HTML that is not clean or has very many tags, comes back unchanged. Takes linear time.
    """
    if clean_html.count("<") > MOST_TAGS:
        return clean_html
    try:
        document = read(clean_html)
    except Unbalanced:
        return clean_html
    folded = quoted_lines(document.texts, document.kinds, paragraphs=False)
    hidden = [fold or kind == BLANK for fold, kind in zip(folded, document.kinds, strict=True)]
    if all(hidden) or not any(folded):
        return clean_html
    insertions = _Insertions(clean_html, [0, *accumulate(not each for each in hidden)])
    return insertions.applied(document.root)


class _Insertions:
    """Where to put the tags. `_shown[n]` counts the visible lines before line n."""

    __slots__ = ("_html", "_places", "_shown")

    def __init__(self, html: str, shown: list[int]) -> None:
        self._html = html
        self._shown = shown
        self._places: list[tuple[int, str]] = []

    def applied(self, root: Node) -> str:
        pending: list[tuple[Node, bool]] = [(root, False)]
        while pending:
            node, in_paragraph = pending.pop()
            strict = node.name in _STRICT
            if not strict and (not in_paragraph or node.name == "p"):
                self._fold_children(node)
            inside = (in_paragraph or node.name == "p") and node.name not in {"td", "th"}
            for child in node.children:
                if child.children and child.lines and (strict or not self._folds(child)):
                    pending.append((child, inside))
        return self._with_tags()

    def _folds(self, node: Node) -> bool:
        return node.lines is not None and self._shown[node.lines[0]] == self._shown[node.lines[1] + 1]

    def _fold_children(self, parent: Node) -> None:
        """Wrap each run of children that fold, with what is empty between them and a ruled line before them."""
        before, after = _OPEN, _CLOSE
        if parent.name == "p":  # a paragraph cannot hold `<details>`: close it before and open it again
            tag = self._html[parent.start : parent.inner]
            before, after = f"</p>{_OPEN}{tag}", f"</p>{_CLOSE}{tag}"
        run: list[Node] = []
        empty: list[Node] = []
        for child in [*parent.children, None]:
            if child is not None and child.lines is None:
                empty.append(child)
            elif child is not None and self._folds(child):
                run += empty if run else _from_ruled_line(empty)
                run.append(child)
                empty = []
            else:
                if run:
                    last = empty[-1] if child is None and empty else run[-1]
                    self._places += [(run[0].start, before), (last.end, after)]
                run, empty = [], []

    def _with_tags(self) -> str:
        pieces = []
        position = 0
        for place, tag in sorted(self._places, key=lambda each: each[0]):
            pieces += [self._html[position:place], tag]
            position = place
        return "".join([*pieces, self._html[position:]])


def _from_ruled_line(empty: list[Node]) -> list[Node]:
    for index, node in enumerate(empty):
        if node.name == "hr":
            return empty[index:]
    return []
