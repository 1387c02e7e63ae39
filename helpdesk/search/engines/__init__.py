"""The engines: PostgreSQL, which comes along, and a server that speaks SphinxQL where the settings name one."""

from functools import cache

from django.conf import settings

from helpdesk.search.address import Address
from helpdesk.search.engines.postgres import PostgresEngine
from helpdesk.search.engines.sphinxql.engine import SphinxEngine
from helpdesk.search.protocol import Engine


def engine() -> Engine:
    """The engine of this installation."""
    return _made(settings.SEARCH_ADDRESS)


@cache
def _made(address: Address | None) -> Engine:
    return SphinxEngine(address) if address else PostgresEngine()
