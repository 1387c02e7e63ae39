"""The engine over SphinxQL. See `protocol.Engine`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from helpdesk.core.errors import Away
from helpdesk.search.address import Address
from helpdesk.search.engines import windows
from helpdesk.search.engines.postgres import PostgresEngine
from helpdesk.search.engines.sphinxql import ledger, lines
from helpdesk.search.engines.sphinxql.carrying import LARGEST, Reader, carry, held
from helpdesk.search.engines.sphinxql.compiling import compiled, within
from helpdesk.search.models import Change
from helpdesk.search.protocol import Difference, Entry, Hit, Piece, Place, Question
from helpdesk.search.registries import entries_of

log = structlog.get_logger(__name__)
LAST = datetime(9999, 1, 1, tzinfo=UTC)
WEIGHTS = "title=100, sender=40, names=20, body=10, marks=1"
HEAVY = 100_000
FOUND = "SELECT id, under, at, WEIGHT(), (at < {at} OR id < {id}) AS is_before"
OPTIONS = f"ranker=proximity_bm25, field_weights=({WEIGHTS})"


class SphinxEngine:
    """Documents in the index at `address`, found at most a second after the commit; while the server is away what is
    written waits in the ledger, and questions raise Away. `read` gives the documents of things as they stand now.

    Identifiers, names written nearly so, words that say nothing and snippets are PostgreSQL's: they need no index of
    documents."""

    is_elsewhere = True

    def __init__(self, address: Address, *, read: Reader = entries_of) -> None:
        self.address = address
        self.read = read
        self._words = PostgresEngine()

    def write(self, entries: Sequence[Entry]) -> None:
        ledger.write(entries)

    def remark(self, *, kind: int, names: Collection[str], marks: Mapping[int, Sequence[str]]) -> None:
        ledger.look_again(kind, marks.keys())

    def forget(self, *, kind: int, keys: Collection[int]) -> None:
        ledger.forget(kind, keys)

    def keep_only(self, keys: Collection[int], *, kind: int, after: int, upto: int | None) -> None:
        ledger.keep_only(keys, kind=kind, after=after, upto=LARGEST if upto is None else upto)

    def settle(self) -> None:
        carry(self.address, read=self.read)

    def matches(self, question: Question, *, before: Place | None, limit: int) -> list[Hit]:
        query = compiled(question)
        if not query:
            return []
        at, key = min(before or (LAST, LARGEST), (question.until or LAST, -1))
        since = question.since or windows.EARLIEST
        if question.only is not None:
            return self._found(question, query, since=since, before=(at, key), limit=limit)
        end = min(at, datetime.now(UTC) + timedelta(days=1))
        nearer = windows.starts(end, measure=self._measured, earliest=max(since, windows.begin(self._earliest)))
        for start in nearer:
            found = self._found(
                question, within(query, since=start, until=end), since=start, before=(at, key), limit=limit
            )
            if len(found) == limit:
                return found
        return self._found(question, query, since=since, before=(at, key), limit=limit)

    def must_read(self, question: Question) -> bool:
        return False  # the server keeps the places of words beside them

    def reach(self, question: Question) -> datetime | None:
        return None

    def alike(self, question: Question) -> dict[str, str]:
        return self._words.alike(question)

    def snippets(self, question: Question, texts: Sequence[tuple[str, str]]) -> list[tuple[list[Piece], list[Piece]]]:
        return self._words.snippets(question, texts)

    def differences(self, entries: Sequence[Entry], *, kind: int, after: int, upto: int | None) -> list[Difference]:
        self.settle()
        bounds = ledger.number(kind, after + 1), ledger.number(kind, min(upto or LARGEST, LARGEST))
        rows = held(self.address, "id, print", "id BETWEEN %s AND %s", bounds)
        printed = {ledger.key_of(number): found for number, found in rows}
        wanted = {entry.key: ledger.document_of(entry)[4] for entry in entries}
        coming = Change.objects.filter(kind=kind, key__gt=after).values_list("key", flat=True)
        known = sorted((printed.keys() | wanted.keys()) - set(coming))
        return [
            Difference(key, "missing" if key not in printed else "surplus" if key not in wanted else "different")
            for key in known
            if printed.get(key) != wanted.get(key)
        ]

    def is_ready(self) -> bool:
        self._ask(f"SELECT id FROM {self.address.index} LIMIT 1")  # noqa: S608 - a name of ours
        return True

    def _found(self, question: Question, query: str, *, since: datetime, before: Place, limit: int) -> list[Hit]:
        at, key = ledger.stamp(before[0]), ledger.number(question.kind, before[1]) if before[1] >= 0 else 0
        where, parameters = self._where(question, query)
        sql = (
            f"{FOUND.format(at=at, id=key)} FROM {self.address.index} WHERE {where} AND at BETWEEN %s AND %s"
            f" AND is_before = 1 ORDER BY at DESC, id DESC LIMIT 0, {limit} OPTION max_matches={limit}, {OPTIONS}"
        )
        rows = self._ask(sql, [*parameters, ledger.stamp(since), at])
        return [
            Hit(ledger.key_of(number), under, (ledger.moment(stamped), ledger.key_of(number)), weight / HEAVY)
            for number, under, stamped, weight, _is_before in rows
        ]

    def _where(self, question: Question, query: str) -> tuple[str, list[object]]:
        parameters: list[object] = [query, question.kind]
        where = "MATCH(%s) AND kind = %s"
        if question.only:
            where += f" AND under IN ({', '.join(str(key) for key in question.only)})"
        for sign, bound in ((">=", question.since), ("<", question.until)):
            where += f" AND at {sign} {ledger.stamp(bound)}" if bound else ""
        return where, parameters

    def _measured(self, before: datetime, count: int) -> datetime | None:
        sql = (
            f"SELECT at FROM {self.address.index} WHERE at < %s ORDER BY at DESC, id DESC"  # noqa: S608 - a name of ours
            f" LIMIT {count}, 1 OPTION max_matches={count + 1}"
        )
        return self._moment(sql, [ledger.stamp(before)])

    def _earliest(self) -> datetime | None:
        return self._moment(f"SELECT at FROM {self.address.index} ORDER BY at ASC LIMIT 0, 1", [])  # noqa: S608

    def _moment(self, sql: str, parameters: Sequence[object]) -> datetime | None:
        rows = self._ask(sql, parameters)
        return ledger.moment(rows[0][0]) if rows else None

    def _ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[lines.Row]:
        try:
            return lines.ask(self.address.host, self.address.port, sql, parameters)
        except lines.Stumbled as error:
            log.error("search_stumbled", error=str(error))
            raise Away(lines.sentence()) from error
