"""Text that people write here, as HTML and as one line."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt

from helpdesk.core.sanitising import clean_markdown_html

SNIPPET = 200
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def markdown_to_html(text: str) -> str:
    """Markdown (CommonMark with tables; a line break is one) as sanitised HTML. Raw HTML in it stays text."""
    return clean_markdown_html(_markdown().render(text))


def snippet_of(text: str) -> str:
    """The beginning of a text on one line, at most 200 characters."""
    return _SPACE.sub(" ", text[: SNIPPET * 4]).strip()[:SNIPPET]


def without_folds(text: str, folds: Sequence[Sequence[int]]) -> str:
    """The text without the given character ranges: the sender's own words."""
    parts, position = [], 0
    for start, end in folds:
        parts.append(text[position:start])
        position = end
    return "".join([*parts, text[position:]]).strip()
