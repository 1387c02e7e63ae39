"""Conditions that say the same as IN, in words by which PostgreSQL finds its indexes."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models


class Written(models.Lookup):
    """`column IN (3, 7)` for `filter(Written(F("column"), keys))`, the keys written into the statement: the planner
    then knows how many rows they have, where parameters leave it guessing. For few keys that seldom change; none finds
    nothing."""

    lookup_name = "written"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            raise EmptyResultSet
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN ({', '.join(str(int(key)) for key in self.rhs)})", tuple(parameters)


class Selected(models.Lookup):
    """`column = ANY(ARRAY(SELECT ...))` for `filter(Selected(F("column"), ArraySubquery(...)))`: the few keys are read
    first. Beside another condition, joined by OR, each then has its index; IN would look through every row."""

    lookup_name = "selected"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        keys, more = self.process_rhs(compiler, connection)
        return f"{column} = ANY({keys})", (*parameters, *more)
