"""Messages as a source of the search."""

from helpdesk.search.registries import Source, holders, sources
from tickets.actions.indexing import index_files
from tickets.models import Message
from tickets.queries import documents
from tickets.queries.documents import MESSAGES


def register() -> None:
    """Called once when the program starts."""
    sources.register(
        MESSAGES,
        Source(
            model=Message,
            limits=documents.limits_of,
            seen=documents.seen,
            narrow=documents.narrow,
            entries=documents.entries,
            entries_of=documents.entries_of,
        ),
    )
    holders.register("tickets", index_files)
