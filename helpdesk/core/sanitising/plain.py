"""HTML to text that keeps the layout, and keeps quoted mail recognisable."""

import re
from html import unescape

from helpdesk.core.sanitising import limits

DEEPEST_LAYOUT = 200  # libxml2 gives up at 256 nested elements
MOST_LAYOUT_TAGS = 40_000  # laying out more takes longer than anyone would wait

_BLOCK_QUOTE = re.compile(r"<(/?)blockquote\b([^<>]*)>", re.I)
_QUOTING = re.compile(r"cite|quote|border-left(?!\s*:\s*(?:none|0))", re.I)
_OPENING, _CLOSING = "\ue0f0", "\ue0f1"  # private use: stand for the edges of quoted mail while the text is laid out
_NOT_TEXT = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<(script|style|title|template|svg|xml)\b.*?(?:</\1[^<>]*>|\Z)", re.S | re.I
)
_BREAK = re.compile(r"<(?:br|/?(?:p|div|tr|table|li|ul|ol|h[1-6]|pre|blockquote|hr|dt|dd))\b[^<>]*>", re.I)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[!?][^<>]*>")
_BLANK_LINES = re.compile(r"\n{3,}")


def html_to_text(html: str) -> str:
    """The text of `html` with tables and lists laid out; lines of quoted mail start with `> `.

    Only the first `limits.LONGEST` characters are read. Hostile or huge HTML loses its layout, not its words.
    Takes linear time and never raises.
    """
    html = html[: limits.LONGEST].replace(_OPENING, "").replace(_CLOSING, "").replace("\x00", "")
    shape = limits.shape_of(html)
    if shape.hostile or shape.depth > DEEPEST_LAYOUT or shape.tags > MOST_LAYOUT_TAGS:
        return _tidy(_without_tags(html))
    return _tidy(_with_quote_marks(_laid_out(_with_edges(html))))


def _laid_out(html: str) -> str:
    # Heavy, and most mails bring a text of their own.
    from inscriptis import get_text  # noqa: PLC0415
    from lxml.etree import LxmlError  # noqa: PLC0415

    try:
        return get_text(html)
    except (LxmlError, ValueError, RecursionError):
        return _without_tags(html)


def _with_edges(html: str) -> str:
    """Mark where quoted mail begins and ends. A block quote that is only an indentation stays unmarked."""
    open_quotes: list[bool] = []

    def mark(match: re.Match[str]) -> str:
        if match[1]:
            is_quote = open_quotes.pop() if open_quotes else False
            return f"<div>{_CLOSING}</div>{match[0]}" if is_quote else match[0]
        open_quotes.append(bool(_QUOTING.search(match[2])))
        return f"{match[0]}<div>{_OPENING}</div>" if open_quotes[-1] else match[0]

    return _BLOCK_QUOTE.sub(mark, html)


def _with_quote_marks(text: str) -> str:
    if _OPENING not in text:
        return text.replace(_CLOSING, "")
    depth = 0
    lines: list[str] = []
    for line in text.split("\n"):
        depth += line.count(_OPENING)
        bare = line.replace(_OPENING, "").replace(_CLOSING, "")
        is_edge = len(bare) < len(line) and not bare.strip()
        if not is_edge:
            lines.append(f"{'>' * min(depth, 20)} {bare.strip()}".rstrip() if depth else bare)
        depth = max(0, depth - line.count(_CLOSING))
    return "\n".join(lines)


def _without_tags(html: str) -> str:
    return unescape(_ANY_TAG.sub("", _BREAK.sub("\n", _NOT_TEXT.sub(" ", html))))


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\xa0", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")
