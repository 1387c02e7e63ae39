"""Text that people write here, as HTML and as one line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from helpdesk.core.handles import MENTION
from helpdesk.core.sanitising import clean_markdown_html

SNIPPET = 200
_SPACE = re.compile(r"\s+")
_BEGINNING = re.compile(r"^[ \t]*(?:(?:>|#{1,6}|[-*+])[ \t]++)++|^[ \t]*(?:>|```\w*)$", re.MULTILINE)
_PAIR = re.compile(r"(\*\*|~~|`)(\S(?:[^\n]{0,200}?\S)?)\1")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\((?:https?://|mailto:)[^()\s]*\)")
_PICTURE = re.compile(r"!\[([^\]\n]{0,300})\]\(cid:[^)\s]{1,300}\)")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def markdown_to_html(text: str, *, names: Mapping[str, str] | None = None) -> str:
    """Markdown (CommonMark with tables; a line break is one) as sanitised HTML. Raw HTML in it stays text. A mention
    that is one of `names`, by its handle, is that name, marked."""
    markdown = _markdown()
    tokens = markdown.parse(text)
    for token in _spoken(tokens) if names else ():
        token.type, token.content = "html_inline", _with_names(token.content, names or {})
    return clean_markdown_html(markdown.renderer.render(tokens, markdown.options, {}))


def handles_in(text: str) -> Iterator[str]:
    """What is written after an @ at the beginning of a word, lower case, in order; not in quotes, code and links."""
    for token in _spoken(_markdown().parse(text)):
        for match in MENTION.finditer(token.content):
            yield match[1].lower()


def _spoken(tokens: Sequence[Token]) -> Iterator[Token]:
    """The text that is the writer's own words."""
    quotes = links = 0
    for token in tokens:
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        for child in token.children or ():
            links += child.nesting if child.type.startswith("link") else 0
            if child.type == "text" and not quotes and not links:
                yield child


def _with_names(text: str, names: Mapping[str, str]) -> str:
    pieces, position = [], 0
    for match in MENTION.finditer(text):
        if name := names.get(match[1].lower()):
            pieces += [escape(text[position : match.start()]), f"<span data-mention>@{escape(name)}</span>"]
            position = match.end()
    return "".join([*pieces, escape(text[position:])])


def snippet_of(text: str) -> str:
    """The beginning of a text on one line, at most 200 characters; what Markdown writes with signs stands without."""
    plain = _BEGINNING.sub("", without_pictures(text[: SNIPPET * 4]))
    plain = _LINK.sub(r"\1", _PAIR.sub(r"\2", plain))
    return _SPACE.sub(" ", plain).strip()[:SNIPPET]


def without_pictures(text: str) -> str:
    """Markdown whose pictures come with the message, for where text alone is shown: their names stand for them."""
    return _PICTURE.sub(r"[\1]", text) if "](cid:" in text else text


def without_folds(text: str, folds: Sequence[Sequence[int]]) -> str:
    """The text without the given character ranges: the sender's own words."""
    parts, position = [], 0
    for start, end in folds:
        parts.append(text[position:start])
        position = end
    return "".join([*parts, text[position:]]).strip()
