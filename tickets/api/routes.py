"""The addresses of this room."""

import hashlib
from functools import partial
from uuid import UUID, uuid4

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from ninja.params.functions import Header

from helpdesk.accounts.bearer import writing
from helpdesk.accounts.models import User
from helpdesk.accounts.requests import ApiRequest
from helpdesk.core.api import BigKey, CleanText, Limit, Words, by_key, by_moment
from helpdesk.core.retrying import retrying
from tickets.actions import conversation, opening
from tickets.api import shapes
from tickets.api.criteria import TicketCriteria, matching, narrowed, readable
from tickets.api.writing import NewTicket, Said, requester_of, team_of
from tickets.downloads import respond
from tickets.enums import Channel
from tickets.enums import Status as TicketStatus
from tickets.models import Attachment, Message, Ticket
from tickets.queries.ticket_page import deliveries_of

router = Router(tags=["tickets"])
BYTES = {"responses": {200: {"description": "The bytes.", "content": {"*/*": {}}}}}
IDEMPOTENCY_KEY = Header("", alias="Idempotency-Key", max_length=255)


@router.get("/tickets/", response=shapes.TicketPage, url_name="tickets")
def tickets(
    request: ApiRequest, criteria: Query[TicketCriteria], limit: Limit = 50, cursor: CleanText = ""
) -> shapes.TicketPage:
    """Tickets that the token's owner may see, last changed first."""
    rows, following = by_moment(narrowed(request.user, criteria), by="active_at", cursor=cursor, limit=limit)
    return shapes.TicketPage(items=[shapes.ticket_out(row, reader=request.user) for row in rows], next=following)


@router.get("/search/", response=shapes.TicketPage, url_name="search")
def search(request: ApiRequest, q: Words = "", limit: Limit = 50, cursor: CleanText = "") -> shapes.TicketPage:
    """Tickets in whose messages the words are found, last changed first; nothing is found by no words."""
    found = readable(request.user)
    found = matching(found, request.user, q) if q.strip() else found.none()
    rows, following = by_moment(found, by="active_at", cursor=cursor, limit=limit)
    return shapes.TicketPage(items=[shapes.ticket_out(row, reader=request.user) for row in rows], next=following)


@router.get("/tickets/{number}/", response=shapes.TicketOut, url_name="ticket")
def ticket(request: ApiRequest, number: BigKey) -> shapes.TicketOut:
    """One ticket."""
    return shapes.ticket_out(get_object_or_404(readable(request.user), number=number), reader=request.user)


@router.get("/tickets/{number}/messages/", response=shapes.MessagePage, by_alias=True, url_name="messages")
def messages(request: ApiRequest, number: BigKey, limit: Limit = 100, cursor: CleanText = "") -> shapes.MessagePage:
    """What was said on a ticket, in order of arrival: to staff everything, to customers what they may read."""
    found = _load(request.user, number)
    said = Message.objects.visible_to(request.user).filter(ticket=found).for_conversation()
    rows, following = by_key(said, cursor=cursor, limit=limit)
    deliveries = deliveries_of(rows)
    items = [shapes.message_out(row, reader=request.user, deliveries=deliveries.get(row.pk, ())) for row in rows]
    return shapes.MessagePage(items=items, next=following)


@router.get("/attachments/{pk}/content/", openapi_extra=BYTES, url_name="attachment_content")
def attachment_content(request: ApiRequest, pk: UUID) -> HttpResponseBase:
    """The bytes of a file, always as a download."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return respond(request, found, may_show=False)


@router.post("/tickets/", auth=writing, response={201: shapes.TicketOut}, url_name="tickets")
def open_ticket(
    request: ApiRequest, new: NewTicket, idempotency_key: str = IDEMPOTENCY_KEY
) -> Status[shapes.TicketOut]:
    """Open a ticket: a customer for themselves, staff for a customer. The same `Idempotency-Key` opens it once."""
    key = _key(request, "ticket", idempotency_key)
    requester, team = requester_of(new, request.user), team_of(new, request.user)
    if request.user.is_customer:
        opened = partial(opening.file_request, by=request.user)
    else:
        opened = partial(opening.open_for_customer, requester=requester, by=request.user, team=team)
    opened = partial(opened, category=new.category, fields=new.fields)
    made = retrying(partial(opened, subject=new.subject, text=new.text, channel=Channel.API, idempotency_key=key))
    return Status(201, shapes.ticket_out(readable(request.user).get(pk=made.pk), reader=request.user))


@router.post(
    "/tickets/{number}/replies/", auth=writing, response={201: shapes.MessageOut}, by_alias=True, url_name="replies"
)
def reply(
    request: ApiRequest, number: BigKey, said: Said, idempotency_key: str = IDEMPOTENCY_KEY
) -> Status[shapes.MessageOut]:
    """Answer: staff to the customer and the participants, a customer to staff."""
    found, key = _load(request.user, number), _key(request, f"reply {number}", idempotency_key)
    if request.user.is_customer:
        write = partial(conversation.answer, channel=Channel.API)
    else:
        write = partial(conversation.reply, then=TicketStatus.WAITING)
    written = retrying(partial(write, ticket=found, by=request.user, text=said.text, idempotency_key=key))
    return _written(written, request.user)


@router.post(
    "/tickets/{number}/notes/", auth=writing, response={201: shapes.MessageOut}, by_alias=True, url_name="notes"
)
def note(
    request: ApiRequest, number: BigKey, said: Said, idempotency_key: str = IDEMPOTENCY_KEY
) -> Status[shapes.MessageOut]:
    """Write for staff alone."""
    found, key = _load(request.user, number), _key(request, f"note {number}", idempotency_key)
    written = retrying(partial(conversation.note, ticket=found, by=request.user, text=said.text, idempotency_key=key))
    return _written(written, request.user)


def _load(user: User, number: int) -> Ticket:
    return get_object_or_404(Ticket.objects.visible_to(user), number=number)


def _written(message: Message, user: User) -> Status[shapes.MessageOut]:
    message = Message.objects.for_conversation().get(pk=message.pk)
    deliveries = deliveries_of([message]).get(message.pk, ())
    return Status(201, shapes.message_out(message, reader=user, deliveries=deliveries))


def _key(request: ApiRequest, what: str, given: str) -> str:
    """One key of one person for one address; when none was given one of this request alone, for it may be done again
    after a commit whose answer was lost."""
    return hashlib.sha256(f"api {request.user.pk} {what} {given or uuid4()}".encode()).hexdigest()
