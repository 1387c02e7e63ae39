"""The engines. PostgreSQL is the one that comes along."""

from helpdesk.search.engines.postgres import PostgresEngine
from helpdesk.search.protocol import Engine

_engine = PostgresEngine()


def engine() -> Engine:
    """The engine of this installation."""
    return _engine
