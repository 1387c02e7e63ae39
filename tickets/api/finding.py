"""The answer of a search."""

from datetime import datetime

from ninja import Schema

from helpdesk.accounts.models import User
from helpdesk.core.api.pages import BadCursor
from helpdesk.core.errors import Refused
from helpdesk.search.finding import Order, ask, find, is_cursor
from tickets.api import shapes
from tickets.api.criteria import readable
from tickets.models import Ticket
from tickets.queries.documents import MESSAGES
from tickets.queries.found import FoundMessage, found_messages


class Found(Schema):
    """The message that was found: its id, when it came, and the words round what was found."""

    message: int
    at: datetime
    snippet: str


class FoundTicket(shapes.TicketOut):
    found: Found


class FoundPage(Schema):
    """`since`: nothing earlier was looked through, because too much holds the words that were to stand together."""

    items: list[FoundTicket]
    next: str | None
    since: datetime | None


def found_page(reader: User, *, words: str, order: Order, limit: int, cursor: str) -> FoundPage:
    """The page of what this reader finds. Raises Refused with what was not understood, BadCursor."""
    asked = ask(MESSAGES, reader=reader, words=words)
    if asked.refusals:
        raise Refused(" ".join(asked.refusals))
    if cursor and not is_cursor(cursor, order=order):
        raise BadCursor
    page = find(MESSAGES, reader=reader, asked=asked, order=order, cursor=cursor, size=limit)
    found = found_messages(reader, page.hits, asked=asked)
    tickets = readable(reader).in_bulk([each.ticket.pk for each in found])
    items = [_item(each, tickets[each.ticket.pk], reader) for each in found if each.ticket.pk in tickets]
    return FoundPage(items=items, next=page.older or None, since=page.since)


def _item(each: FoundMessage, ticket: Ticket, reader: User) -> FoundTicket:
    told = shapes.ticket_out(ticket, reader=reader)
    found = Found(message=each.message.pk, at=each.message.created_at, snippet=each.words)
    return FoundTicket(**told.model_dump(), found=found)
