"""Tickets, what is said on them, and finding them."""

from functools import partial
from typing import Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.models import User
from helpdesk.accounts.repeats import key_of, once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import BigKey, CleanText, Limit, Words, by_key, by_moment
from tickets.actions import conversation, opening
from tickets.actions.recipients import read_addresses
from tickets.api import shapes
from tickets.api.criteria import TicketCriteria, narrowed
from tickets.api.finding import FoundPage, found_page
from tickets.api.loading import load, told
from tickets.api.writing import Forwarded, NewTicket, Said, files_of, requester_of, team_of
from tickets.enums import Channel
from tickets.enums import Status as TicketStatus
from tickets.models import Message
from tickets.queries.ticket_page import deliveries_of

router = Router(tags=["tickets"])
reading, writing = needs(Scope.TICKETS_READ), needs(Scope.TICKETS_WRITE)


@router.get("/tickets/", auth=reading, response=shapes.TicketPage, url_name="tickets")
def list_tickets(
    request: ApiRequest, criteria: Query[TicketCriteria], limit: Limit = 50, cursor: CleanText = ""
) -> shapes.TicketPage:
    """Tickets that the token's owner may see, last changed first."""
    rows, following = by_moment(narrowed(request.user, criteria), by="active_at", cursor=cursor, limit=limit)
    return shapes.TicketPage(items=[shapes.ticket_out(row, reader=request.user) for row in rows], next=following)


@router.get("/search/", auth=reading, response=FoundPage, url_name="search")
def search(
    request: ApiRequest,
    q: Words = "",
    order: Literal["best", "latest"] = "best",
    limit: Limit = 50,
    cursor: CleanText = "",
) -> FoundPage:
    """Tickets in whose messages the words are found, with the message that fits best or is the latest; nothing is found
    by no words. `q` is what the search box takes: `from:clara "empty basket" -invoice after:2026-05`."""
    return found_page(request.user, words=q, order=order, limit=limit, cursor=cursor)


@router.get("/tickets/{number}/", auth=reading, response=shapes.TicketOut, url_name="ticket")
def get_ticket(request: ApiRequest, number: BigKey) -> shapes.TicketOut:
    """One ticket."""
    return told(request, number)


@router.get(
    "/tickets/{number}/messages/", auth=reading, response=shapes.MessagePage, by_alias=True, url_name="messages"
)
def list_messages(
    request: ApiRequest, number: BigKey, limit: Limit = 100, cursor: CleanText = ""
) -> shapes.MessagePage:
    """What was said on a ticket, in order of arrival: to staff everything, to customers what they may read."""
    found = load(request.user, number)
    said = Message.objects.visible_to(request.user).filter(ticket=found).for_conversation()
    rows, following = by_key(said, cursor=cursor, limit=limit)
    deliveries = deliveries_of(rows)
    items = [shapes.message_out(row, reader=request.user, deliveries=deliveries.get(row.pk, ())) for row in rows]
    return shapes.MessagePage(items=items, next=following)


@router.get("/messages/{pk}/", auth=reading, response=shapes.MessageOut, by_alias=True, url_name="message")
def get_message(request: ApiRequest, pk: BigKey) -> shapes.MessageOut:
    """One message."""
    found = get_object_or_404(Message.objects.visible_to(request.user).for_conversation(), pk=pk)
    return shapes.message_out(found, reader=request.user, deliveries=deliveries_of([found]).get(found.pk, ()))


@router.post("/tickets/", auth=writing, response={201: shapes.TicketOut}, url_name="tickets")
@once
def open_ticket(request: ApiRequest, new: NewTicket) -> Status[shapes.TicketOut]:
    """Open a ticket: a customer for themselves, staff for a customer."""
    requester, team = requester_of(new, request.user), team_of(new, request.user)
    if request.user.is_customer:
        opened = partial(opening.file_request, by=request.user)
    else:
        opened = partial(opening.open_for_customer, requester=requester, by=request.user, team=team)
    opened = partial(opened, category=new.category, fields=new.fields, files=files_of(new.files, request.user))
    made = opened(subject=new.subject, text=new.text, channel=Channel.API, idempotency_key=key_of(request))
    return Status(201, told(request, made.number))


@router.post(
    "/tickets/{number}/replies/", auth=writing, response={201: shapes.MessageOut}, by_alias=True, url_name="replies"
)
@once
def write_reply(request: ApiRequest, number: BigKey, said: Said) -> Status[shapes.MessageOut]:
    """Answer: staff to the customer and the participants, a customer to staff."""
    found, key = load(request.user, number), key_of(request)
    if request.user.is_customer:
        files = files_of(said.files, request.user)
        write = partial(conversation.answer, channel=Channel.API, files=files)
    else:
        write = partial(conversation.reply, then=TicketStatus.WAITING, uploads=said.files)
    return _written(write(ticket=found, by=request.user, text=said.text, idempotency_key=key), request.user)


@router.post(
    "/tickets/{number}/notes/", auth=writing, response={201: shapes.MessageOut}, by_alias=True, url_name="notes"
)
@once
def write_note(request: ApiRequest, number: BigKey, said: Said) -> Status[shapes.MessageOut]:
    """Write for staff alone."""
    found, key = load(request.user, number), key_of(request)
    write = partial(conversation.note, ticket=found, by=request.user, uploads=said.files)
    return _written(write(text=said.text, idempotency_key=key), request.user)


@router.post(
    "/tickets/{number}/forwards/", auth=writing, response={201: shapes.MessageOut}, by_alias=True, url_name="forwards"
)
@once
def forward_ticket(request: ApiRequest, number: BigKey, sent: Forwarded) -> Status[shapes.MessageOut]:
    """Send the conversation to somebody outside it; kept as a note, which the customer never sees."""
    found, key = load(request.user, number), key_of(request)
    forward = partial(conversation.forward, ticket=found, by=request.user, with_history=sent.with_history)
    written = forward(to=read_addresses(", ".join(sent.to)), text=sent.text, idempotency_key=key)
    return _written(written, request.user)


def _written(message: Message, user: User) -> Status[shapes.MessageOut]:
    message = Message.objects.for_conversation().get(pk=message.pk)
    deliveries = deliveries_of([message]).get(message.pk, ())
    return Status(201, shapes.message_out(message, reader=user, deliveries=deliveries))
