"""Having messages found by what they say now, and by whoever may see them now."""

from collections.abc import Iterable, Sequence

from helpdesk.search import actions as search
from tickets.models import Attachment, Message, Ticket
from tickets.queries.documents import TICKET_MARKS, entry_of, ticket_marks


def index(*, message: Message, ticket: Ticket, files: Sequence[Attachment]) -> None:
    """Have the message found by what it says now."""
    search.index(entry_of(message, ticket=ticket, filenames=[file.filename for file in files]))


def index_again(message: Message) -> None:
    """The same for a message that changed in another way than its words."""
    index(message=message, ticket=message.ticket, files=list(message.attachments.all()))


def remark(tickets: Iterable[Ticket]) -> None:
    """Everything said on these tickets is found by their team, requester and organisation of now: one statement."""
    marks = {ticket.pk: ticket_marks(ticket) for ticket in tickets}
    search.remark(kind=Message, names=TICKET_MARKS, marks=marks)
