"""How many rows came into a table of late, counted by its key: no index on a time is needed, and a count has an end."""

from collections.abc import Callable

from django.db import connection, models

from helpdesk.core.registries import Arrivals

COUNTED = 100_000
"""At most so many rows are counted at once; what came beyond them is counted the next time."""


def arrivals_in(model: type[models.Model], **equal: str) -> Callable[[int | None], Arrivals]:
    """Counts the rows whose key is above a mark, of those only which hold what `equal` says by column. Without a mark
    nothing counts as new.

    A row whose transaction took long may commit under a key that was passed already and is not counted then: good
    enough for a rate, not for books.
    """
    name = connection.ops.quote_name(model._meta.db_table)
    columns = {connection.ops.quote_name(column): value for column, value in equal.items()}
    which = " AND ".join(f"{column} = %s" for column in columns) or "true"
    first = f"SELECT 0, coalesce(max(id), 0) FROM {name}"  # noqa: S608 - the name of a table of ours
    since = (
        f"SELECT count(*) FILTER (WHERE {which}), coalesce(max(id), %s)"  # noqa: S608 - as above
        f" FROM (SELECT {', '.join(['id', *columns])} FROM {name} WHERE id > %s ORDER BY id LIMIT %s) new"
    )

    def count(mark: int | None) -> Arrivals:
        with connection.cursor() as cursor:
            if mark is None:
                cursor.execute(first)
            else:
                cursor.execute(since, [*columns.values(), mark, mark, COUNTED])
            came, reached = cursor.fetchone()
        return Arrivals(came, reached)

    return count
