"""No page lets one statement keep the database busy for long. Workers and commands may take their time."""

from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from helpdesk.core.context import current_origin

PEOPLES_DOORS = frozenset({"web", "desk", "cabinet", "admin", "api"})


def limit_statements(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Called for each new connection (`connection_created`): one that a request opens gets the time limit.

    A statement beyond it ends with an OperationalError, which is answered by 503.
    https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
    """
    milliseconds = settings.DATABASE_STATEMENT_TIMEOUT_MS
    if milliseconds and current_origin().door in PEOPLES_DOORS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(milliseconds)])
