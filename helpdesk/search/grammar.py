"""The words in the box: words, "phrases", -exclusions, begin*, or, and words with a colon that narrow.

from:clara "empty basket" -invoice team:first-line after:2026-05-01 or 20481
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from helpdesk.search.protocol import Term

LONGEST = 500
MOST_TERMS = 20
OR = frozenset({"or", "или", "|"})
_TOKEN = re.compile(r'(-?)(?:([^\W\d_]{1,20}):)?(?:"([^"]*)"?|([^\s"]+))')


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`name:value` as it was written; `is_out` with a minus before it."""

    name: str
    value: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What was written. Each group is a way to answer: all of its terms."""

    groups: tuple[tuple[Term, ...], ...] = ()
    narrowings: tuple[Narrowing, ...] = ()

    @property
    def text(self) -> str:
        """The positive words alone, as somebody would say them."""
        return " ".join(term.text for group in self.groups for term in group if not term.is_out)


def read_words(text: str, *, names: Collection[str]) -> Wish:
    """What the text asks for. `names` are the words that narrow when a colon follows them, in lower case; any other
    word with a colon is a word like others. Never raises: whatever is written means something, or nothing."""
    groups: list[list[Term]] = [[]]
    narrowings: list[Narrowing] = []
    for minus, name, phrase, word in _TOKEN.findall(text.replace("\0", " ")[:LONGEST])[: 2 * MOST_TERMS]:
        if name.lower() in names:
            value = (phrase or word).strip()
            narrowings += [Narrowing(name.lower(), value, bool(minus))]
        elif not minus and not name and word.lower() in OR:
            groups.append([])
        else:
            said = f"{name}:{phrase or word}" if name else phrase or word
            groups[-1] += _term(said, is_out=bool(minus), is_phrase=bool(phrase))
    kept = [tuple(group) for group in groups if group]
    return Wish(_at_most(kept), tuple(narrowings[:MOST_TERMS]))


def _term(text: str, *, is_out: bool, is_phrase: bool) -> list[Term]:
    is_prefix = text.endswith("*") and not is_phrase
    said = text.rstrip("*") if is_prefix else text
    said = " ".join(said.replace("'", " ").replace("\\", " ").split())
    if not any(character.isalnum() for character in said):
        return []
    return [Term(said, is_prefix=is_prefix, is_out=is_out)]


def _at_most(groups: list[tuple[Term, ...]]) -> tuple[tuple[Term, ...], ...]:
    """The first MOST_TERMS terms; a group that only leaves out is no way to answer beside others."""
    kept, left = [], MOST_TERMS
    for group in groups:
        kept += [group[:left]] if left > 0 else []
        left -= len(group)
    able = [group for group in kept if any(not term.is_out for term in group)]
    return tuple(able or kept[:1])
