"""Having messages found by what they and their files say now, and by whoever may see them now."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from helpdesk.core.deferring import write_soon
from helpdesk.search import actions as search
from helpdesk.search.files.listing import texts_of
from helpdesk.search.files.reading.kinds import may_hold_text
from helpdesk.search.protocol import Entry
from tickets.models import Attachment, Message, Ticket
from tickets.queries import documents
from tickets.queries.documents import TICKET_MARKS, entry_of, ticket_marks

BATCH = 50
"""So many messages of a file are locked at a time."""


def index(*, message: Message, ticket: Ticket, files: Sequence[Attachment]) -> None:
    """Have the message found by what it says now, and its files by what is known of them when the caller writes (see
    `deferring`); what is read later finds it by itself."""
    entry = entry_of(message, ticket=ticket, filenames=[file.filename for file in files])
    names = tuple(file.file.name for file in files if may_hold_text(file.content_type))
    write_soon(_write, (entry, names))


def _write(rows: list[tuple[Entry, tuple[str, ...]]]) -> None:
    said = texts_of({name for _entry, names in rows for name in names}, shared=True)
    search.index_together(
        [documents.with_texts(entry, [said.get(name, "") for name in names]) for entry, names in rows]
    )


def index_again(message: Message) -> None:
    """The same for a message that changed in another way than its words."""
    index(message=message, ticket=message.ticket, files=list(message.attachments.all()))


def index_files(names: Collection[str]) -> None:
    """Have the messages with these stored files found by what the files say now: batch by batch, each in a transaction
    of its own."""
    after = 0
    while reached := _index_batch(names, after):
        after = reached


@transaction.atomic
def _index_batch(names: Collection[str], after: int) -> int:
    """The next messages by key; the key reached, 0 when there are none."""
    with_file = Message.objects.filter(pk__in=Attachment.objects.filter(file__in=names).values("message"), pk__gt=after)
    keys = list(with_file.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return 0
    search.index_together(documents.entries_of(keys))
    return keys[-1]


def remark(tickets: Iterable[Ticket]) -> None:
    """Everything said on these tickets is found by their team, requester and organisation of now: one statement."""
    marks = {ticket.pk: ticket_marks(ticket) for ticket in tickets}
    search.remark(kind=Message, names=TICKET_MARKS, marks=marks)
