"""Questions in the words of PostgreSQL: https://www.postgresql.org/docs/current/textsearch-controls.html.

What people wrote is always a parameter, in quotes that it cannot leave: quotes and backslashes became spaces before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from helpdesk.search.identifiers import is_fragment
from helpdesk.search.protocol import Part, Term

DAY = 86_400
SPAN = 32  # days of one span
WEIGHTS: dict[Part, str] = {"": "", "title": "A", "sender": "B", "names": "C", "text": "D"}
Sql = tuple[str, list[str]]


def moment_marks(at: datetime) -> list[str]:
    """The day and the span of days of a moment."""
    day = day_of(at)
    return [f"day:{day}", f"span:{day // SPAN}"]


def day_of(at: datetime) -> int:
    return int(at.timestamp() // DAY)


def start_of(day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)


def days_between(first: int, last: int) -> list[str]:
    """Marks that cover these days and no others, as few as spans allow."""
    marks, day = [], first
    while day <= last:
        if day % SPAN == 0 and day + SPAN - 1 <= last:
            marks.append(f"span:{day // SPAN}")
            day += SPAN
        else:
            marks.append(f"day:{day}")
            day += 1
    return marks


def any_of(marks: Iterable[str], *, sign: str = "=") -> str:
    """A tsquery of these marks as they lie in the vector."""
    return " | ".join(quoted(f"{sign}{mark}") for mark in marks)


def quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def all_of(*queries: str) -> str:
    """The tsqueries joined, empty ones left out."""
    return " & ".join(f"({query})" for query in queries if query)


def joined(terms: Sequence[Term], *, is_out: bool, fragments: Mapping[str, Sequence[str]], is_any: bool = False) -> Sql:
    """An expression of type tsquery: all of the terms (with `is_any` any of them), or with `is_out` any of those that
    leave out."""
    chosen = [_term(term, fragments.get(term.text, ())) for term in terms if term.is_out is is_out]
    if not chosen:
        return "''::tsquery", []
    sign = " || " if is_out or is_any else " && "
    return f"({sign.join(sql for sql, _parameters in chosen)})", [each for _sql, found in chosen for each in found]


def _term(term: Term, fragments: Sequence[str]) -> Sql:
    flags = f"{'*' if term.is_prefix else ''}{WEIGHTS[term.part]}"
    written = f"'{term.text}'" + (f":{flags}" if flags else "")
    if term.part or not is_fragment(term.text):
        return "to_tsquery('helpdesk', %s)", [written]
    alike = dict.fromkeys([term.text.lower(), *fragments])
    return "(to_tsquery('helpdesk', %s) || %s::tsquery)", [written, any_of(alike, sign="#")]
