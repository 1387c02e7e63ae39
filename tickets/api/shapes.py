"""What the JSON of this room looks like, and how things of ours become it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from helpdesk.accounts.models import User
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from tickets.enums import MessageKind, Priority, Score
from tickets.fields import Definitions, shown
from tickets.models import Attachment, Message, Ticket
from tickets.queries.definitions import definitions_for

DIRECTIONS = {MessageKind.INBOUND: "in", MessageKind.REPLY: "out", MessageKind.NOTE: "internal"}
PRIORITIES = {Priority.LOW: "low", Priority.NORMAL: "normal", Priority.HIGH: "high", Priority.URGENT: "urgent"}
# The state of a message is the first of these that any of its deliveries is in.
WORST_FIRST = (
    DeliveryState.FAILED,
    DeliveryState.BOUNCED,
    DeliveryState.UNKNOWN,
    DeliveryState.HELD,
    DeliveryState.SENDING,
    DeliveryState.QUEUED,
    DeliveryState.SENT,
    DeliveryState.CANCELLED,
)
COUNTED = frozenset({Purpose.REPLY, Purpose.FORWARD})


RatingWord = Literal["bad", "so_so", "good"]
RATINGS: dict[int, RatingWord] = {Score.BAD: "bad", Score.SO_SO: "so_so", Score.GOOD: "good"}


PriorityWord = Literal["low", "normal", "high", "urgent"]
StatusWord = Literal["new", "open", "waiting", "on_hold", "resolved", "closed"]


class Person(Schema):
    id: int
    name: str
    email: str | None


class Named(Schema):
    id: int
    name: str


class Address(Schema):
    name: str
    address: str


FieldValue = str | bool | int | float | list[str]
"""By its kind: text, choice, link, address and date (ISO 8601) are strings; several choices a list of them."""


class TicketOut(Schema):
    """`updated_at`: the last public message or change of state. Tags, team, and how many messages wait to be let in
    (`awaits_approval`) are told to staff alone. `category` is its word; `fields` are values by the words of fields, to
    customers those that they may see. `follow_up_of`, `merged_into` (where it is worked on) and `child_of` are null
    also where the reader may not see that ticket. `rating` is what the requester said last of how it was resolved; null
    when they said nothing."""

    number: int
    subject: str
    status: str
    priority: str
    channel: str
    tags: list[str]
    requester: Person
    organisation: Named | None
    assignee: Person | None
    team: Named | None
    category: str | None
    fields: dict[str, FieldValue]
    follow_up_of: int | None
    merged_into: int | None
    child_of: int | None
    awaits_approval: int
    rating: RatingWord | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None


class TicketPage(Schema):
    items: list[TicketOut]
    next: str | None


class AttachmentOut(Schema):
    id: UUID
    filename: str
    content_type: str
    size: int
    sha256: str


class MessageOut(Schema):
    """`text` is complete; `visible_text` is it without quotes and signature; `html` is sanitised. `thread_signal` says
    why the message is on this ticket. `delivery_state` is the worst of what became of its copies; null when nothing
    was to be sent."""

    id: int
    kind: str
    direction: str
    author: Person
    from_: Address = Field(serialization_alias="from")
    to: list[Address]
    cc: list[Address]
    subject: str
    text: str
    visible_text: str
    html: str
    message_id: str | None
    in_reply_to: str | None
    thread_signal: str | None
    delivery_state: str | None
    approval: str | None
    created_at: datetime
    attachments: list[AttachmentOut]


class MessagePage(Schema):
    items: list[MessageOut]
    next: str | None


def ticket_out(ticket: Ticket, *, reader: User) -> TicketOut:
    """`ticket` comes from `readable`, with its relations."""
    for_staff = not reader.is_customer
    definitions = definitions_for(ticket)
    category = definitions.category(ticket.category_id)
    return TicketOut(
        number=ticket.number,
        subject=ticket.subject,
        status=ticket.status,
        priority=PRIORITIES[Priority(ticket.priority)],
        channel=ticket.channel,
        tags=ticket.tags if for_staff else [],
        requester=person_out(ticket.requester, reader),
        organisation=_named(ticket.organisation),
        assignee=person_out(ticket.assignee, reader) if ticket.assignee else None,
        team=_named(ticket.team) if for_staff else None,
        category=category.key if category and (for_staff or category.is_for_customers) else None,
        fields=ticket.fields if for_staff else _for_customers(ticket, definitions),
        follow_up_of=getattr(ticket, "follows", None),
        merged_into=getattr(ticket, "went_to", None),
        child_of=getattr(ticket, "parent", None),
        awaits_approval=ticket.awaits_approval if for_staff else 0,
        rating=RATINGS[ticket.rating] if ticket.rating is not None else None,
        created_at=ticket.created_at,
        updated_at=ticket.active_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
    )


def message_out(message: Message, *, reader: User, deliveries: Iterable[Delivery]) -> MessageOut:
    """`message` comes with its author and files."""
    for_staff = not reader.is_customer
    is_hidden = reader.is_customer and not message.author.is_customer
    return MessageOut(
        id=message.pk,
        kind=message.kind,
        direction=DIRECTIONS[MessageKind(message.kind)],
        author=person_out(message.author, reader),
        from_=Address(name=message.from_name, address="" if is_hidden else message.from_address),
        to=_addresses(message.sent_to),
        cc=_addresses(message.sent_cc),
        subject=message.subject,
        text=message.text,
        visible_text=message.visible_text,
        html=message.html,
        message_id=message.message_id or None,
        in_reply_to=message.in_reply_to or None,
        thread_signal=(message.thread_signal or None) if for_staff else None,
        delivery_state=delivery_state(message, deliveries),
        approval=(message.approval or None) if for_staff else None,
        created_at=message.created_at,
        attachments=[attachment_out(file) for file in message.attachments.all()],
    )


def attachment_out(file: Attachment) -> AttachmentOut:
    return AttachmentOut(
        id=file.pk,
        filename=file.filename,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
    )


def delivery_state(message: Message, deliveries: Iterable[Delivery]) -> str | None:
    """The worst state of what carried the message itself out; acknowledgements and notices about it do not count."""
    if message.kind == MessageKind.INBOUND:
        return None
    states = {delivery.state for delivery in deliveries if delivery.purpose in COUNTED}
    return next((state.value for state in WORST_FIRST if state in states), None)


def _for_customers(ticket: Ticket, definitions: Definitions) -> dict[str, FieldValue]:
    fields = shown(definitions.fields_of(ticket.category_id), ticket.fields)
    return {each.key: ticket.fields[each.key] for each in fields if each.is_for_customers and each.key in ticket.fields}


def person_out(user: User, reader: User) -> Person:
    """Customers know staff by name; their addresses are no customer's business."""
    return Person(id=user.pk, name=user.name, email=None if reader.is_customer and not user.is_customer else user.email)


def _named(thing: object) -> Named | None:
    return None if thing is None else Named(id=thing.pk, name=thing.name)  # type: ignore[attr-defined]


def _addresses(rows: Sequence[dict[str, str]]) -> list[Address]:
    return [Address(name=row.get("name", ""), address=row.get("address", "")) for row in rows]
