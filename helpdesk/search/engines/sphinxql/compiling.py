"""Questions in the extended query syntax, as far as Sphinx and Manticore agree on it:
https://sphinxsearch.com/docs/sphinx2.html, section 5.3. Only folded words and our own signs get into it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isqrt

from django.db import connection

from helpdesk.search.engines.compiling import day_of, days_between
from helpdesk.search.engines.sphinxql.words import folded, identifier_token, mark_token
from helpdesk.search.identifiers import is_fragment
from helpdesk.search.protocol import Part, Question, Term

FIELDS: dict[Part, str] = {
    "": "(title,sender,names,body)",
    "title": "title",
    "sender": "sender",
    "names": "names",
    "text": "body",
}
MOST_FRAGMENTS = 50
KNOWN = """
SELECT text, numnode(plainto_tsquery('helpdesk', text)) = 0,
       ARRAY(SELECT word FROM search_identifier WHERE word LIKE pattern LIMIT %s)
FROM unnest(%s::text[], %s::text[]) AS given (text, pattern)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What PostgreSQL knows of a term: whether it stands in every text and says nothing, and of which identifiers it
    is a piece."""

    is_empty: bool
    identifiers: tuple[str, ...]


def compiled(question: Question) -> str:
    """The query; "" when it asks for nothing that could be found."""
    if question.only == ():
        return ""
    known = _known((*question.groups, question.always))
    groups = [_terms(group, known) for group in question.groups]
    wanted, out = _terms(question.always, known)
    ways = [_joined(group, left_out) for group, left_out in groups if group]
    if not ways and any(not term.is_out for group in question.groups for term in group):
        return ""  # nothing but words that are everywhere
    out += [] if ways else [each for _wanted, left_out in groups for each in left_out]
    chosen = [any_mark(each or ("nobody",)) for each in question.marked]
    if not (ways or wanted or chosen or question.since or question.until or question.only):
        return ""
    found = [*wanted, *chosen] + ([_any(ways)] if ways else [])
    out += [any_mark([mark]) for mark in question.without]
    return _joined(found or [any_mark([every_mark(question.kind)])], out)


def within(query: str, *, since: datetime, until: datetime) -> str:
    """The query, asked of the days in question alone."""
    return f"{query} {any_mark(days_between(day_of(since), day_of(until)))}"


def every_mark(kind: int) -> str:
    """A mark that all documents of a kind have: what only leaves out has to leave it out of something."""
    return f"kind:{kind}"


def any_mark(marks: Iterable[str]) -> str:
    return _in_marks([mark_token(mark) for mark in marks])


def _in_marks(tokens: Sequence[str]) -> str:
    return f"(@marks {_any(tokens)})"


def _any(ways: Sequence[str]) -> str:
    """One of them. Thousands are put in bundles: the server nests what stands in one row, and its time grows with the
    square of it, its stack with each."""
    if len(ways) > 40:
        size = isqrt(len(ways)) + 1
        ways = [_any(ways[start : start + size]) for start in range(0, len(ways), size)]
    return f"({' | '.join(ways)})" if len(ways) > 1 else ways[0]


def _joined(wanted: Sequence[str], out: Sequence[str]) -> str:
    return f"({' '.join([*wanted, *(f'!{each}' for each in out)])})"


def _terms(terms: Sequence[Term], known: Mapping[str, Known]) -> tuple[list[str], list[str]]:
    """What is wanted and what is left out, without what says nothing."""
    said = [(term, _term(term, known[term.text])) for term in terms]
    wanted, out = ([text for term, text in said if text and term.is_out is is_out] for is_out in (False, True))
    return wanted, out


def _term(term: Term, known: Known) -> str:
    words = folded(term.text).split()
    if not words or (known.is_empty and not term.is_prefix and not is_fragment(term.text)):
        return ""
    said = f'"{" ".join(words)}"' if len(words) > 1 else words[0]
    if term.is_prefix:
        *before, beginning = words
        said = " ".join([*([f'"{" ".join(before)}"'] if before else []), f"({beginning} | {beginning}*)"])
    found = f"(@{FIELDS[term.part]} {said})"
    if term.part or not is_fragment(term.text):
        return found
    alike = dict.fromkeys([term.text.lower(), *known.identifiers])
    return f"({found} | {_in_marks([identifier_token(each) for each in alike])})"


def _known(groups: Iterable[Sequence[Term]]) -> dict[str, Known]:
    terms = list(dict.fromkeys(term.text for group in groups for term in group))
    if not terms:
        return {}
    patterns = [f"%{_like(text)}%" if is_fragment(text) else None for text in terms]
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [MOST_FRAGMENTS, terms, patterns])
        return {text: Known(is_empty, tuple(words)) for text, is_empty, words in cursor.fetchall()}


def _like(text: str) -> str:
    return text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
