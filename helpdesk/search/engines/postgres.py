"""The engine that comes along: documents are rows, found by one GIN index over words and marks.

A question is answered by the latest documents that match, at most `limit`, however many others there are: what is
common by walking back through the newest, what is not by windows that grow (`windows`), what is rare at once by all.
Which of these it is, the planner's own estimate tells.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from helpdesk.search.engines import windows
from helpdesk.search.engines.compiling import all_of, any_of, day_of, days_between, joined, moment_marks
from helpdesk.search.identifiers import identifiers_in, is_fragment, names_in
from helpdesk.search.protocol import Difference, Entry, Hit, Piece, Place, Question, Term

MAX_CHARACTERS = 200_000  # a tsvector holds at most 1 MB; what is beyond stays readable, not searchable
WALKED = 3_000
RARE = 5_000  # documents: so many are found and put in order faster than a window is chosen
MOST_READ = 30_000  # documents that the index alone can't tell of: each is read
SPARE = 1.5  # a first window holds so many times what is wanted
SHORTEST_NAME = 4
MOST_FRAGMENTS = 50
SHOWN_CHARACTERS = 20_000
SEPARATOR = "\x1f"
OPENS, CLOSES = "\x02", "\x03"
VECTOR = """
setweight(to_tsvector('helpdesk', title), 'A') || setweight(to_tsvector('helpdesk', sender), 'B')
|| setweight(to_tsvector('helpdesk', names), 'C') || to_tsvector('helpdesk', body)
|| array_to_tsvector(string_to_array(marks, E'\\x1f'))
"""
GIVEN = """
unnest(%s::int[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[],
       %s::text[])
AS given (subject_type_id, subject_id, shown_under, at, title, sender, names, body, marks)
"""
INDEX = f"""
WITH told AS (
    INSERT INTO search_identifier (word) SELECT DISTINCT word FROM unnest(%s::text[]) AS word ORDER BY word
    ON CONFLICT DO NOTHING
)
INSERT INTO search_document (subject_type_id, subject_id, shown_under, at, vector)
SELECT subject_type_id, subject_id, shown_under, at, {VECTOR} FROM {GIVEN}
ON CONFLICT (subject_type_id, subject_id)
DO UPDATE SET shown_under = EXCLUDED.shown_under, at = EXCLUDED.at, vector = EXCLUDED.vector
"""  # noqa: S608 - texts of ours
REMARK = """
UPDATE search_document document
SET vector = ts_delete(vector, ARRAY(
        SELECT lexeme FROM unnest(document.vector) WHERE split_part(lexeme, ':', 1) = ANY(%s)
    )) || array_to_tsvector(string_to_array(given.marks, E'\\x1f'))
FROM unnest(%s::bigint[], %s::text[]) AS given (shown_under, marks)
WHERE document.subject_type_id = %s AND document.shown_under = given.shown_under
"""
WALK = """
SELECT subject_id, shown_under, at, id, ts_rank(vector, %(words)s::tsquery)
FROM (SELECT * FROM search_document
      WHERE (at, id) < (%(at)s, %(id)s) AND at >= %(since)s
      ORDER BY at DESC, id DESC LIMIT %(walked)s) latest
WHERE subject_type_id = %(kind)s AND vector @@ %(query)s::tsquery
ORDER BY at DESC, id DESC LIMIT %(limit)s
"""
# Moments are compared outside: inside, the planner would read their index as well, a million rows of it.
FOUND = """
WITH found AS MATERIALIZED (
    SELECT id, at FROM search_document
    WHERE vector @@ %(query)s::tsquery AND subject_type_id = %(kind)s {narrowed}
), latest AS (
    SELECT id FROM found WHERE (at, id) < (%(at)s, %(id)s) AND at >= %(since)s
    ORDER BY at DESC, id DESC LIMIT %(limit)s
)
SELECT subject_id, shown_under, at, document.id, ts_rank(vector, %(words)s::tsquery)
FROM latest JOIN search_document document ON document.id = latest.id
ORDER BY at DESC, document.id DESC
"""
ESTIMATE = """
EXPLAIN (FORMAT JSON) SELECT FROM search_document
WHERE vector @@ %(query)s::tsquery AND subject_type_id = %(kind)s
"""
ALL = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'search_document'::regclass"
HEADLINES = """
SELECT ts_headline('helpdesk', title, words, 'HighlightAll=true, ' || signs),
       ts_headline('helpdesk', body, words,
                   'MaxFragments=2, MinWords=6, MaxWords=22, FragmentDelimiter=" … ", ' || signs)
FROM (SELECT row_number() OVER () AS place, title, body, %s::tsquery AS words, %s AS signs
      FROM unnest(%s::text[], %s::text[]) AS given (title, body)) given
ORDER BY place
"""
ALIKE = """
SELECT given.word, alike.word FROM unnest(%s::text[]) AS given (word) CROSS JOIN LATERAL (
    SELECT word FROM search_identifier known
    WHERE known.word %% given.word
    ORDER BY similarity(known.word, given.word) DESC, known.word LIMIT 1
) alike
WHERE NOT EXISTS (SELECT FROM search_identifier known WHERE known.word = given.word)
"""
DIFFERENCES = f"""
WITH given AS (SELECT subject_id, at, shown_under, {VECTOR} AS vector FROM {GIVEN}),
kept AS (SELECT * FROM search_document
         WHERE subject_type_id = %s AND subject_id > %s AND subject_id <= %s)
SELECT coalesce(given.subject_id, kept.subject_id),
       CASE WHEN kept.id IS NULL THEN 'missing' WHEN given.subject_id IS NULL THEN 'surplus' ELSE 'different' END
FROM given FULL JOIN kept ON kept.subject_id = given.subject_id
WHERE (kept.vector, kept.at, kept.shown_under) IS DISTINCT FROM (given.vector, given.at, given.shown_under)
ORDER BY 1
"""  # noqa: S608 - texts of ours
LAST = datetime(9999, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1


class PostgresEngine:
    """See `protocol.Engine`. What is written is found in the very transaction."""

    is_elsewhere = False

    def write(self, entries: Sequence[Entry]) -> None:
        rows = [_row(entry) for entry in entries]
        words = {mark[1:] for row in rows for mark in row[-1].split(SEPARATOR) if mark.startswith("#")}
        words.update(name for entry in entries for name in names_in(entry.sender))
        with connection.cursor() as cursor:
            cursor.execute(INDEX, [sorted(words), *_columns(rows)])

    def remark(self, *, kind: int, names: Collection[str], marks: Mapping[int, Sequence[str]]) -> None:
        given = [SEPARATOR.join(f"={mark}" for mark in each) for each in marks.values()]
        with connection.cursor() as cursor:
            cursor.execute(REMARK, [[f"={name}" for name in names], list(marks), given, kind])

    def forget(self, *, kind: int, keys: Collection[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM search_document WHERE subject_type_id = %s AND subject_id = ANY(%s)", [kind, list(keys)]
            )

    def keep_only(self, keys: Collection[int], *, kind: int, after: int, upto: int | None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM search_document WHERE subject_type_id = %s AND subject_id > %s AND subject_id <= %s"
                " AND subject_id <> ALL(%s::bigint[])",
                [kind, after, LARGEST if upto is None else upto, list(keys)],
            )

    def matches(self, question: Question, *, before: Place | None, limit: int) -> list[Hit]:
        words, query = _compiled(question)
        if not query or question.only == ():
            return []
        at, key = min(before or (LAST, LARGEST), (question.until or LAST, -1))
        since = question.since or windows.EARLIEST
        facts = {"words": words, "query": query, "kind": question.kind, "limit": limit}
        facts |= {"at": at, "id": key, "since": since, "walked": WALKED, "only": list(question.only or ())}
        if question.only is not None:
            return _hits(FOUND.format(narrowed="AND shown_under = ANY(%(only)s)"), facts)
        share, many = _estimated(facts)
        if many < RARE:
            return _hits(FOUND.format(narrowed=""), facts)
        if share * WALKED >= limit and len(found := _hits(WALK, facts)) == limit:
            return found
        end = min(at, datetime.now(UTC) + timedelta(days=1))
        return self._in_windows(facts, since=since, end=end, wanted=round(SPARE * limit / share))

    def _in_windows(self, facts: dict[str, Any], *, since: datetime, end: datetime, wanted: int) -> list[Hit]:
        earliest = max(since, windows.begin(_earliest))
        nearer = windows.starts(end, measure=_measured, earliest=earliest, wanted=wanted)
        for start in [*nearer, since]:
            is_bound = start > windows.EARLIEST
            window = any_of(days_between(day_of(start), day_of(end))) if is_bound else ""
            asked = facts | {"query": all_of(facts["query"], window), "since": start}
            found = _hits(FOUND.format(narrowed=""), asked)
            if len(found) == facts["limit"]:
                break
        return found

    def must_read(self, question: Question) -> bool:
        """Where words stand, and in which part, the index does not know: documents that hold them all are read."""
        return any(term.part or not term.text.isalnum() for term in _terms(question) if not term.is_out)

    def reach(self, question: Question) -> datetime | None:
        _words, query = _compiled(question) if self.must_read(question) else ("", "")
        if not query or question.only is not None:
            return None
        share, many = _estimated({"query": query, "kind": question.kind})
        if many <= MOST_READ:
            return None
        end = min(question.until or LAST, datetime.now(UTC) + timedelta(days=1))
        nearer = windows.starts(end, measure=_measured, wanted=round(MOST_READ / share))
        return nearer[0] if nearer and nearer[0] > (question.since or windows.EARLIEST) else None

    def alike(self, question: Question) -> dict[str, str]:
        terms = [term.text.lower() for term in _terms(question) if not term.is_out]
        with connection.cursor() as cursor:
            cursor.execute(ALIKE, [[term for term in terms if len(term) >= SHORTEST_NAME]])
            return dict(cursor.fetchall())

    def snippets(self, question: Question, texts: Sequence[tuple[str, str]]) -> list[tuple[list[Piece], list[Piece]]]:
        words = _words_to_mark(question)
        titles, bodies = ([_plain(text[number]) for text in texts] for number in (0, 1))
        signs = f'StartSel="{OPENS}", StopSel="{CLOSES}"'
        with connection.cursor() as cursor:
            cursor.execute(HEADLINES, [words, signs, titles, bodies])
            return [(pieces(title), pieces(body)) for title, body in cursor.fetchall()]

    def differences(self, entries: Sequence[Entry], *, kind: int, after: int, upto: int | None) -> list[Difference]:
        with connection.cursor() as cursor:
            given = _columns([_row(entry) for entry in entries])
            cursor.execute(DIFFERENCES, [*given, kind, after, LARGEST if upto is None else upto])
            return [Difference(key, word) for key, word in cursor.fetchall()]

    def settle(self) -> None:
        """Nothing ever waits."""

    def is_ready(self) -> bool:
        return True


def pieces(marked: str) -> list[Piece]:
    """A headline as pieces of plain text."""
    found = []
    for number, part in enumerate(marked.split(OPENS)):
        said, _closed, rest = part.partition(CLOSES) if number else ("", "", part)
        found += [Piece(text, is_found) for text, is_found in ((said, True), (rest, False)) if text]
    return found


def compiled_sql(question: Question) -> tuple[str, list[str]]:
    """An expression of type tsquery for all that the question says by words and marks: for a list's own statement."""
    wanted, parameters = [], []
    for group in question.groups:
        inside, given = joined(group, is_out=False, fragments={})
        outside, left_out = joined(group, is_out=True, fragments={})
        wanted.append(f"({inside} && !!{outside})" if left_out else inside)
        parameters += [*given, *left_out]
    marks = _marked(question)
    always, given = joined(question.always, is_out=False, fragments={})
    without, left_out = joined(question.always, is_out=True, fragments={})
    sql = f"(({' || '.join(wanted) or chr(39) * 2 + '::tsquery'}) && {always} && %s::tsquery)"
    sql = f"({sql} && !!{without})" if left_out else sql
    return sql, [*parameters, *given, marks, *left_out]


def _terms(question: Question) -> list[Term]:
    return [term for group in (*question.groups, question.always) for term in group]


def _compiled(question: Question) -> tuple[str, str]:
    """The words to rank by, and the whole query; "" when it asks for nothing that could be found."""
    *groups, always = _texts(question)
    ways = [all_of(wanted, _not(out)) for wanted, out in groups if wanted]
    if not ways and any(not term.is_out for group in question.groups for term in group):
        return "", ""  # nothing but words that are everywhere
    left_out = [] if ways else [_not(out) for _wanted, out in groups]
    query = all_of(" | ".join(f"({way})" for way in ways), always[0], _not(always[1]), *left_out, _marked(question))
    if not query and (question.since or question.until or question.only):
        query = _not(any_of(["nobody"]))
    words = " | ".join(f"({wanted})" for wanted, _out in (*groups, always) if wanted)
    is_narrow = question.marked or question.since or question.until or question.only
    return words, query if ways or always[0] or is_narrow else ""


def _texts(question: Question) -> list[tuple[str, str]]:
    """Of each group, at last of what is always asked: what is wanted and what is left out, as PostgreSQL reads it."""
    fragments = _fragments(question)
    columns, parameters = [], []
    for terms in (*question.groups, question.always):
        for is_out in (False, True):
            sql, given = joined(terms, is_out=is_out, fragments=fragments)
            columns.append(f"({sql})::text")
            parameters += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", parameters)
        texts = list(cursor.fetchone() or ())
    return list(zip(texts[0::2], texts[1::2], strict=True))


def _words_to_mark(question: Question) -> str:
    """Any of the words that are wanted: a snippet shows those that stand there."""
    wanted = [replace(term, part="") for group in (*question.groups, question.always) for term in group]
    sql, parameters = joined(wanted, is_out=False, fragments={}, is_any=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({sql})::text", parameters)
        return str((cursor.fetchone() or [""])[0])


def _not(query: str) -> str:
    return f"!({query})" if query else ""


def _marked(question: Question) -> str:
    chosen = [any_of(each or ("nobody",)) for each in question.marked]
    return all_of(*chosen, *(_not(any_of([mark])) for mark in question.without))


def _fragments(question: Question) -> dict[str, list[str]]:
    """By each term that may be a fragment: the identifiers it is a piece of."""
    terms = [term.text for group in question.groups for term in group if is_fragment(term.text)]
    if not terms:
        return {}
    like = [f"%{_like(text)}%" for text in terms]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text, word FROM unnest(%s::text[], %s::text[]) AS given (text, pattern) CROSS JOIN LATERAL"
            " (SELECT word FROM search_identifier WHERE word LIKE pattern LIMIT %s) alike",
            [terms, like, MOST_FRAGMENTS],
        )
        found: dict[str, list[str]] = {}
        for text, word in cursor.fetchall():
            found.setdefault(text, []).append(word)
    return found


def _like(text: str) -> str:
    return text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _hits(sql: str, facts: dict[str, Any]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return [Hit(key, under, (at, pk), rank) for key, under, at, pk, rank in cursor.fetchall()]


def _estimated(facts: dict[str, Any]) -> tuple[float, int]:
    """What share of all documents answers, as the planner sees it, and how many these are."""
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, facts)
        many = int((cursor.fetchone() or [[{"Plan": {"Plan Rows": 0}}]])[0][0]["Plan"]["Plan Rows"])
    return many / max(windows.documents(_all), many, 1), many


def _all() -> int:
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        return int((cursor.fetchone() or [0])[0])


def _earliest() -> datetime | None:
    """The moment of the very first document."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(at) FROM search_document")
        row = cursor.fetchone()
    return row[0] if row else None


def _measured(before: datetime, count: int) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at FROM search_document WHERE at < %s ORDER BY at DESC, id DESC OFFSET %s LIMIT 1", [before, count]
        )
        row = cursor.fetchone()
    return row[0] if row else None


Row = tuple[int, int, int, datetime, str, str, str, str, str]


def _row(entry: Entry) -> Row:
    words = [_plain(part, MAX_CHARACTERS) for part in (entry.title, entry.sender, entry.names, entry.text)]
    signs = [*(f"={mark}" for mark in (*entry.marks, *moment_marks(entry.at))), f"=under:{entry.under}"]
    signs += [f"#{word}" for word in identifiers_in(*words)]
    title, sender, names, text = words
    return entry.kind, entry.key, entry.under, entry.at, title, sender, names, text, SEPARATOR.join(signs)


def _columns(rows: list[Row]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(9)]


def _plain(text: str, longest: int = SHOWN_CHARACTERS) -> str:
    return text[:longest].replace("\0", " ").replace(OPENS, " ").replace(CLOSES, " ")
