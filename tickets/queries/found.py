"""What a page of the search shows of its hits, in two statements; in four more where words stand in files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpdesk.search.engines import engine
from helpdesk.search.finding import Asked
from helpdesk.search.protocol import Hit, Piece
from tickets.models import Message, Ticket
from tickets.queries.found_files import found_in_files

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

COLUMNS = (
    "text",
    "folds",
    "kind",
    "author",
    "from_name",
    "created_at",
    "ticket__number",
    "ticket__subject",
    "ticket__status",
    "ticket__requester__name",
    "ticket__requester__email",
    "ticket__organisation__name",
    "ticket__merged_into__status",
)


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that was found on a ticket, with what was found marked in the ticket's subject and in its words, or in
    those of a file that came with it, which `file` is then the name of."""

    message: Message
    ticket: Ticket
    subject: list[Piece]
    snippet: list[Piece]
    file: str = ""

    @property
    def words(self) -> str:
        """The snippet as plain text."""
        return "".join(piece.text for piece in self.snippet)


def found_messages(reader: "User", hits: Sequence[Hit], *, asked: Asked) -> list[FoundMessage]:
    """In the order of the hits; what is gone or out of this reader's sight meanwhile is left out."""
    if not hits:
        return []
    related = ("ticket__requester", "ticket__organisation", "ticket__merged_into", "author")
    rows = (
        Message.objects.seen_of(reader, tickets={hit.under for hit in hits})
        .select_related(*related)
        .only(*COLUMNS, "author__name")
    )
    by_key = rows.in_bulk([hit.key for hit in hits])
    messages = [by_key[hit.key] for hit in hits if hit.key in by_key]
    texts = [(message.ticket.subject, message.visible_text or message.text) for message in messages]
    marked = engine().snippets(asked.question, texts)
    bare = [message.pk for message, (_subject, words) in zip(messages, marked, strict=True) if not _is_marked(words)]
    in_files = found_in_files(bare, asked=asked)
    shown = []
    for message, (subject, words) in zip(messages, marked, strict=True):
        file, snippet = in_files.get(message.pk, ("", words))
        shown.append(FoundMessage(message, message.ticket, subject, snippet, file))
    return shown


def _is_marked(pieces: Sequence[Piece]) -> bool:
    return any(piece.is_found for piece in pieces)
