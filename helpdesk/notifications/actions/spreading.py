"""News that a worker reads off a room's tables: each of it told once, however many workers look."""

from collections.abc import Callable, Iterable

from django.db import connection, transaction

from helpdesk.notifications.actions.gathering import gather_due
from helpdesk.notifications.actions.tidings import Tiding, tell


def spread(*, room: str, read: Callable[[], Iterable[Tiding]]) -> int:
    """Tell what `read` finds and nobody was told of; how many notices that made. One worker at a time for a room: two
    who read the same tables at once would each tell what neither has told yet."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"news of {room}"])
        made = len(tell(tidings=read()))
    if made:
        gather_due()
    return made
