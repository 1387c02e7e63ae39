"""What HTML may cost: a linear look at the raw text before a real parser sees it.

HTML parsers take quadratic time or worse for deep nesting, for formatting elements that are never closed (each
following block gets a copy of all of them) and for tags with very many attributes: a mail that shows one of these
signs is shown as plain text. Very many ampersands are slow too; they are replaced while the parser runs.
"""

import re
from dataclasses import dataclass
from html.entities import html5

from helpdesk.core.sanitising.tags import names

LONGEST = 2_000_000  # characters of HTML that are looked at; the rest stays in the original
DEEPEST = 400  # nested elements
MOST_COPIES = 1_000_000  # formatting elements that blocks would inherit, summed over all blocks
MOST_ATTRIBUTES = 1_000  # of one tag
MOST_REFERENCES = 20_000  # ampersands and hard spaces: parsing and writing them takes quadratic time

_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))"
_RAW_TEXT = r"<(?:script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>]).*?(?:</(?=[a-z])|\Z)"
_ATTRIBUTES = r"""(?:[^>"'=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+|["'])*+"""
_NAMED = rf"<(/?)([a-z][^\s/>]*+)({_ATTRIBUTES})>?"
_SCAN = re.compile(f"{_COMMENT}|{_RAW_TEXT}|{_NAMED}", re.S | re.I)
_SCAN_FOREIGN = re.compile(f"{_COMMENT}|{_NAMED}", re.S | re.I)
_FOREIGN = re.compile(r"<(?:svg|math)[\s/>]", re.I)
_ATTRIBUTE_NAME = re.compile(r"""=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+)|[^\s/>=]++""")
_REFERENCE = re.compile(
    r"&(?:(amp|#0{0,4}38|#x0{0,4}26);|(nbsp|#0{0,4}160|#x0{0,4}a0);|(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});)?",
    re.I,
)
_AMPERSAND, _HARD_SPACE = "\ue0f2", "\ue0f3"  # private use: stand for characters that are slow to parse and write

_FORMATTING = names("a b big code em font i nobr s small strike strong tt u")
# Elements that close themselves or each other: leaving them open does not nest.
_UNCOUNTED = names(
    "area base basefont bgsound body br col colgroup dd dt embed frame head hr html img input li link meta option p",
    "param source tbody td tfoot th thead tr track wbr",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How demanding a piece of HTML is. `depth` counts nested elements, `copies` inherited formatting, `attributes`
    those of the widest tag, `tags` all opening and closing tags. Counting stops where `hostile` is certain."""

    depth: int
    copies: int
    attributes: int
    tags: int

    @property
    def hostile(self) -> bool:
        return self.depth > DEEPEST or self.copies > MOST_COPIES or self.attributes > MOST_ATTRIBUTES


def shape_of(html: str) -> Shape:
    """Measure `html` in linear time; never raises. Errs to the higher number."""
    few = html.count("<")
    if few < 200 and len(html) < 10_000:
        return Shape(depth=few, copies=0, attributes=0, tags=few)
    shape = _scanned(html, _SCAN)
    if _FOREIGN.search(html) and not shape.hostile:
        # Inside svg and math, `<style>` or `<title>` hold ordinary tags: take the worse of both readings.
        shape = max(shape, _scanned(html, _SCAN_FOREIGN), key=lambda each: (each.hostile, each.depth))
    return shape


def _scanned(html: str, pattern: re.Pattern[str]) -> Shape:
    opened: dict[str, int] = {}
    depth = deepest = formatting = copies = widest = tags = 0
    for match in pattern.finditer(html):
        closing, name, attributes = match.groups()
        if name is None:
            continue
        tags += 1
        name = name.lower()
        if closing:
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
                formatting -= name in _FORMATTING
            continue
        if len(attributes) > 2 * MOST_ATTRIBUTES:
            widest = max(widest, sum(1 for _ in _ATTRIBUTE_NAME.finditer(attributes)))
        if name in _UNCOUNTED:
            copies += formatting
        else:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            copies += formatting
            formatting += name in _FORMATTING
            deepest = max(deepest, depth)
        if deepest > DEEPEST or copies > MOST_COPIES or widest > MOST_ATTRIBUTES:
            break
    return Shape(deepest, copies, widest, tags)


def without_slow_characters(html: str) -> str:
    """`html` with ampersands and hard spaces replaced by stand-ins, when there are so many that a parser would suffer.

    A reference that names no character becomes the text it looks like. `with_slow_characters` undoes it in clean HTML.
    """
    if html.count("&") + html.count("\xa0") <= MOST_REFERENCES:
        return html.replace(_AMPERSAND, "").replace(_HARD_SPACE, "")
    html = html.replace(_AMPERSAND, "").replace(_HARD_SPACE, "").replace("\xa0", _HARD_SPACE)
    return _REFERENCE.sub(_without_slow_reference, html)


def _without_slow_reference(match: re.Match[str]) -> str:
    hard_space, other = match[2], match[3]
    if hard_space:
        return _HARD_SPACE
    if other and (other.startswith("#") or f"{other};" in html5):
        return match[0]
    return _AMPERSAND + (f"{other};" if other else "")


def with_slow_characters(clean_html: str) -> str:
    """Clean HTML with the stand-ins written as character references."""
    if _AMPERSAND not in clean_html and _HARD_SPACE not in clean_html:
        return clean_html
    return clean_html.replace(_AMPERSAND, "&amp;").replace(_HARD_SPACE, "&nbsp;")
