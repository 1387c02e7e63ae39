"""What the search keeps of a message."""

from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Grant, User
from helpdesk.search.identifiers import parted
from helpdesk.search.protocol import Entry, Hit, Marked
from tickets.models import Message, Participant, Ticket

MESSAGES = "messages"
"""The name of this source of the search."""
MOST_RECIPIENTS = 20
MOST_SINGLE = 2_000
"""Tickets that a reader sees one by one, by taking part or being given them: the latest so many are searched."""
MOST_NARROW = 1_000
TICKET_MARKS = ("team", "requester", "organisation")
NOBODY: Marked = ((),)


def entry_of(message: Message, *, ticket: Ticket, filenames: Sequence[str]) -> Entry:
    """The document of a message as it stands now."""
    people = (*message.sent_to, *message.sent_cc)[:MOST_RECIPIENTS]
    names = [f"{each.get('name', '')} {parted(each.get('address', ''))}" for each in people]
    return Entry(
        kind=ContentType.objects.get_for_model(Message).pk,
        key=message.pk,
        under=ticket.pk,
        at=message.created_at,
        marks=(*ticket_marks(ticket), *_message_marks(message, has_files=bool(filenames))),
        title=f"{ticket.number} {message.subject or ticket.subject}",
        sender=f"{message.from_name} {parted(message.from_address)}",
        names=" ".join([*names, *filenames]),
        text=message.text,
    )


def ticket_marks(ticket: Ticket) -> list[str]:
    """What a ticket gives to the documents of all its messages."""
    known = ((name, getattr(ticket, f"{name}_id")) for name in TICKET_MARKS)
    return [f"{name}:{key}" for name, key in known if key is not None]


def _message_marks(message: Message, *, has_files: bool) -> list[str]:
    marks = [f"author:{message.author_id}"]
    return marks + ["public"] * message.is_public + ["file"] * has_files


def limits_of(reader: User) -> Marked:
    """The marks that what this reader may find has: the same as `Message.visible_to`, which has the last word."""
    if reader.can(Capability.SEE_ALL_TICKETS):
        return ()
    if reader.can(Capability.ENTER_DESK):
        granted = reader.granted_then
        if granted is None:
            granted = tuple(Grant.objects.live().filter(contractor=reader).values_list("team", flat=True))
        assigned = Ticket.objects.filter(assignee=reader).exclude(team__in=granted).order_by("-pk")
        single = assigned.values_list("pk", flat=True)[:MOST_SINGLE]
        return ((*(f"team:{key}" for key in granted), *(f"under:{key}" for key in single)),)
    if not reader.can(Capability.ENTER_CABINET):
        return NOBODY
    return (tuple(_of_customer(reader)), ("public", f"author:{reader.pk}"))


def _of_customer(reader: User) -> Iterable[str]:
    yield f"requester:{reader.pk}"
    taking_part = Participant.objects.filter(user=reader, is_active=True).exclude(ticket__requester=reader)
    if reader.can(Capability.SEE_ORGANISATION_TICKETS) and reader.organisation_id is not None:
        yield f"organisation:{reader.organisation_id}"
        taking_part = taking_part.exclude(ticket__organisation=reader.organisation_id)
    taking_part = taking_part.order_by("-ticket")
    for key in taking_part.values_list("ticket", flat=True)[:MOST_SINGLE]:
        yield f"under:{key}"


def seen(reader: User, hits: Sequence[Hit], where: Q) -> list[Hit]:
    """Those of the hits that the reader may see, on tickets that the condition holds."""
    if not hits or (reader.can(Capability.SEE_ALL_TICKETS) and not where):
        return list(hits)
    found = Message.objects.seen_of(reader, tickets={hit.under for hit in hits})
    found = found.filter(pk__in=[hit.key for hit in hits])
    if where:
        found = found.filter(ticket__in=Ticket.objects.filter(where).order_by())
    keys = set(found.order_by().values_list("pk", flat=True))
    return [hit for hit in hits if hit.key in keys]


def narrow(reader: User, where: Q) -> tuple[int, ...] | None:
    """The tickets that the condition holds, None when they are many."""
    found = Ticket.objects.visible_to(reader).filter(where).order_by()
    keys = tuple(found.values_list("pk", flat=True)[: MOST_NARROW + 1])
    return keys if len(keys) <= MOST_NARROW else None


def entries(after: int, count: int) -> list[Entry]:
    """Of the next messages by key. They and their tickets are locked, in the order in which every action locks them,
    so that what is written about them is true when it is committed. The caller has a transaction."""
    keys = list(Message.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:count])
    tickets = Ticket.objects.filter(messages__in=keys).values("pk")
    locked = Ticket.objects.filter(pk__in=tickets).order_by("pk").select_for_update(of=("self",), no_key=True)
    by_key = {ticket.pk: ticket for ticket in locked}
    messages = Message.objects.filter(pk__in=keys, ticket__in=by_key).order_by("pk")
    rows = messages.select_for_update(of=("self",), no_key=True).prefetch_related("attachments")
    return [
        entry_of(row, ticket=by_key[row.ticket_id], filenames=[each.filename for each in row.attachments.all()])
        for row in rows
    ]
