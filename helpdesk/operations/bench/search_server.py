"""What a benchmark of the search asks a server of the search's own besides."""

import time
from typing import Any

from django.conf import settings

from helpdesk.search.address import Address
from helpdesk.search.engines import engine
from helpdesk.search.engines.sphinxql import lines
from helpdesk.search.engines.sphinxql.words import folded
from helpdesk.search.protocol import Entry


def count(word: str) -> int:
    """How many documents hold the word."""
    address = _address()
    sql = f"SELECT COUNT(*) FROM {address.index} WHERE MATCH(%s)"  # noqa: S608 - a name of ours
    rows = lines.ask(address.host, address.port, sql, [f"@(title,sender,names,body) {folded(word)}"])
    return int(rows[0][0]) if rows else 0


def sizes() -> dict[str, Any]:
    """Of the index on its shelves: documents, and MiB in memory and on the disk."""
    total = {"indexed_documents": 0, "ram_bytes": 0, "disk_bytes": 0}
    for shelf in _address().shelves:
        told: dict[str, str] = dict(
            lines.ask(shelf.host, shelf.port, f"SHOW INDEX {shelf.table.rpartition(':')[2]} STATUS")
        )
        total = {name: value + int(told.get(name, 0)) for name, value in total.items()}
    return {
        "documents": total["indexed_documents"],
        "memory_mib": round(total["ram_bytes"] / 2**20),
        "disk_mib": round(total["disk_bytes"] / 2**20),
    }


def told_ms(entries: list[Entry]) -> float:
    """Milliseconds for each document from the ledger to the server, many at once."""
    engine().write(entries)
    start = time.perf_counter()
    engine().settle()
    return round(1000 * (time.perf_counter() - start) / len(entries), 3)


def _address() -> Address:
    address: Address | None = settings.SEARCH_ADDRESS
    assert address is not None, "the engine is elsewhere"
    return address
