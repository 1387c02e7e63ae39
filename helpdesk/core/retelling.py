"""What a worker wrote down in English, told in the language of whoever reads it.

A worker knows no reader: why a mail was not delivered or a server not reached is stored as it is logged, in English,
with names and numbers in it. The rooms make their sentences known when the program starts; `retold` recognises one and
says it in the current language. What it does not recognise, a server's own words for example, stays as it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with `%(name)s` where something differs, and what recognises it."""

    template: str
    pattern: re.Pattern[str]


_exact: set[str] = set()
_sentences: dict[str, _Sentence] = {}


def know(templates: Iterable[str]) -> None:
    """Make sentences known, each marked by `gettext_noop` where it is written."""
    for template in templates:
        if _PLACE.search(template):
            _sentences[template] = _Sentence(template, _pattern(template))
        else:
            _exact.add(template)


def known() -> list[str]:
    """Every template that was made known."""
    return sorted({*_exact, *_sentences})


def retold(text: str) -> str:
    """`text` in the current language as far as it is known; its parts before and after a colon are tried on their own.

    Linear in the length of the text for each sentence known; made for lines of some hundred characters.
    """
    if not text or (get_language() or "en").startswith("en"):
        return text
    if text in _exact:
        return gettext(text)
    for sentence in _sentences.values():
        if found := sentence.pattern.fullmatch(text):
            return gettext(sentence.template) % {name: retold(value) for name, value in found.groupdict().items()}
    before, colon, after = text.partition(": ")
    return f"{retold(before)}: {retold(after)}" if colon else text


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _PLACE.split(template)
    groups = [f"(?P<{piece}>.+?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)]
    return re.compile("".join(groups), re.DOTALL)
