"""Reads whose SQL is made once for the life of a process.

Building and compiling a query costs the ORM several times what PostgreSQL needs to answer it, and the reads of a page
are the same all day but for a few keys. A `Prepared` read lets the ORM build the query once, with a mark in the place
of each key; afterwards only the keys change. The rows are made by the ORM as ever.
"""

import re
from collections.abc import Callable, Collection, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import prefetch_related_objects
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
Key = int | str | Collection[int]

_PLACE = re.compile("%%|%s")
_FIRST_MARKS = (2_101_000_000, 2_102_000_000)
"""Two sets of keys that fit every column: where what they compile to differs, there the keys stand."""


class Among(models.Lookup):
    """`column = ANY(keys)` for `filter(Among(F("column"), keys))`: one statement however many keys there are, where IN
    has another for each number."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, list(self.rhs))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a key stands among the parameters; `adapt` wraps it as the ORM wrapped the mark."""

    name: str
    adapt: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Statement:
    """Compiled SQL; of its parameters those that are a `_Place` wait for their keys."""

    sql: str
    parameters: tuple[Any, ...]

    def filled(self, keys: dict[str, Key]) -> tuple[str, tuple[Any, ...]]:
        return self.sql, tuple(
            each.adapt(keys[each.name]) if isinstance(each, _Place) else each for each in self.parameters
        )


class Prepared(Generic[Row]):
    """A read of rows by keys: `build(*shape, **keys)` gives the queryset.

    It is called once for each `shape` (whatever the SQL depends on: a role, a flag) with marks as keys. It may put a
    key into a filter and nothing else: one that is looked at, or reckoned with, raises ValueError at first use. It is
    a function of its arguments alone. A key is a number, a text, or a list of numbers for `Among`.
    """

    def __init__(self, build: Callable[..., "models.QuerySet[Any]"]) -> None:
        self._build = build
        self._reads: dict[Hashable, _Read] = {}

    def __call__(self, *shape: Hashable, **keys: Key) -> list[Row]:
        """The rows, in the order of the queryset."""
        found = (shape, *((name, isinstance(key, int | str)) for name, key in keys.items()))
        read = self._reads.get(found)
        if read is None:
            read = self._reads[found] = _Read.of(lambda marks: self._build(*shape, **marks), keys)
        return read.rows(keys)


class PreparedSql:
    """The same for SQL that is put together from the ORM's: `build(*shape, **keys)` gives the text and parameters."""

    def __init__(self, build: Callable[..., tuple[str, Sequence[Any]]]) -> None:
        self._build = build
        self._statements: dict[Hashable, _Statement] = {}

    def __call__(self, *shape: Hashable, **keys: Key) -> tuple[Any, ...]:
        """The one row it gives."""
        found = (shape, *keys)
        statement = self._statements.get(found)
        if statement is None:
            statement = _statement(lambda marks: self._build(*shape, **marks), keys)
            self._statements[found] = statement
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*statement.filled(keys))
            row: tuple[Any, ...] = cursor.fetchone()
        return row


@dataclass(frozen=True, slots=True)
class _Read:
    queryset: Any
    compiler: Any
    statement: _Statement | None
    """None where there can't be any row."""

    @classmethod
    def of(cls, build: Callable[[dict[str, Any]], Any], keys: dict[str, Key]) -> "_Read":
        compiled: list[tuple[Any, Any]] = []

        def compile_for(marks: dict[str, Any]) -> tuple[str, Sequence[Any]]:
            queryset = build(marks)
            if not queryset.ordered:
                raise ValueError("Rows are read in an order; say which.")
            compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
            compiled.append((queryset, compiler))
            sql, parameters = compiler.as_sql()
            return sql, parameters

        statement: _Statement | None
        try:
            statement = _statement(compile_for, keys)
        except EmptyResultSet:
            if not compiled[0][0].query.is_empty():
                raise
            statement = None
        return cls(*compiled[0], statement)

    def rows(self, keys: dict[str, Key]) -> list[Any]:
        if self.statement is None:
            return []
        compiler = copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        if self.queryset.query.select_for_update and compiler.connection.get_autocommit():
            raise TransactionManagementError("Rows are locked in a transaction, or not at all.")
        filled = self.statement.filled(keys)
        compiler.as_sql = lambda *_, **__: filled
        rows = list(self.queryset._iterable_class(_Bound(self.queryset, compiler)))
        if self.queryset._prefetch_related_lookups:
            prefetch_related_objects(rows, *self.queryset._prefetch_related_lookups)
        return rows


class _Bound:
    """What the ORM's own iterables ask of a queryset, with a query that is compiled already."""

    def __init__(self, queryset: Any, compiler: Any) -> None:
        self.model = queryset.model
        self.db = DEFAULT_DB_ALIAS
        self.query = _Compiled(queryset.query, compiler)
        self._known_related_objects: dict[Any, Any] = {}
        self._fields = queryset._fields
        self._hints: dict[str, Any] = {}


class _Compiled:
    def __init__(self, query: Any, compiler: Any) -> None:
        self._query = query
        self._compiler = compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def get_compiler(self, using: str) -> Any:
        return self._compiler


def _statement(compiled: Callable[[dict[str, Any]], tuple[str, Sequence[Any]]], keys: dict[str, Key]) -> _Statement:
    """Compile with two sets of marks and see where they went. Raises ValueError when a key was used otherwise."""
    first, second = (
        {name: _mark(key, start + at) for at, (name, key) in enumerate(keys.items())} for start in _FIRST_MARKS
    )
    sql, parameters = compiled(first)
    other_sql, other_parameters = compiled(second)
    if sql != other_sql or len(parameters) != len(other_parameters):
        raise ValueError("What is compiled depends on a key; make that part of the shape.")
    places = [_place(one, other, first, second) for one, other in zip(parameters, other_parameters, strict=True)]
    return _with_words_written(sql, places)


def _with_words_written(sql: str, places: Sequence[Any]) -> _Statement:
    """The statement with its constant words in it instead of beside it. PostgreSQL soon plans a prepared statement once
    for all parameters, and then can't tell that `status IN ($1, $2)` is what an index covers."""
    left, kept = iter(places), []

    def put(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(left)
        if type(value) is str or isinstance(value, models.TextChoices):
            return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"
        kept.append(value)
        return "%s"

    return _Statement(_PLACE.sub(put, sql), tuple(kept))


def _mark(key: Key, number: int) -> Any:
    if isinstance(key, str):
        return str(number)
    return number if isinstance(key, int) else [number]


def _place(one: Any, other: Any, first: dict[str, Any], second: dict[str, Any]) -> Any:
    for name, mark in first.items():
        if one == mark and other == second[name]:
            return _Place(name, list if isinstance(mark, list) else type(one))
    if one != other:
        raise ValueError("A key was reckoned with; it may only be put into a filter.")
    return one
