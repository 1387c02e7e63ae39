"""What tickets have to do with each other."""

from typing import Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import BigKey, Strict
from helpdesk.core.errors import Refused, ensure
from tickets.actions import merging, relations
from tickets.api.loading import CHANGED, Changed, change, load
from tickets.models import Ticket, TicketLink

router = Router(tags=["relations of tickets"], auth=needs(Scope.TICKETS_WRITE))


class LinkOut(Schema):
    """`ticket` is the number of the other one. `points`: this one is `kind` of the other; false: the other of this."""

    id: int
    kind: str
    ticket: int
    points: bool


class Links(Schema):
    items: list[LinkOut]


class NewLink(Strict):
    """This ticket is `kind` of the one with the number `ticket`."""

    ticket: BigKey
    kind: Literal["related", "duplicate", "child"]


class Merging(Strict):
    """The number of the ticket to go on with. `is_confirmed`: although people of both get each other's answers."""

    into: BigKey
    is_confirmed: bool = False


@router.get("/tickets/{number}/links/", auth=needs(Scope.TICKETS_READ), response=Links, url_name="links")
def list_links(request: ApiRequest, number: BigKey) -> Links:
    """Tickets that have to do with it."""
    return _links(request, _load_for_staff(request, number))


@router.post("/tickets/{number}/links/", response={201: Links}, url_name="links")
@once
def link_ticket(request: ApiRequest, number: BigKey, new: NewLink) -> Status[Links]:
    """Say that it has to do with another."""
    found = _load_for_staff(request, number)
    relations.link(source=found, target=_other(request, new.ticket), kind=new.kind, by=request.user)
    return Status(201, _links(request, found))


@router.delete("/tickets/{number}/links/{pk}/", response={204: None}, url_name="link")
@once
def unlink_ticket(request: ApiRequest, number: BigKey, pk: BigKey) -> Status[None]:
    """Take a link away."""
    found = _load_for_staff(request, number)
    relations.unlink(link=get_object_or_404(_rows(request, found), pk=pk), by=request.user)
    return Status(204, None)


@router.post("/tickets/{number}/merging/", response=CHANGED, url_name="merging")
@once
def merge_ticket(request: ApiRequest, number: BigKey, asked: Merging) -> Changed:
    """Go on with it on another ticket."""
    _load_for_staff(request, number)
    target = _other(request, asked.into)

    def act(ticket: Ticket) -> None:
        merging.merge(source=ticket, target=target, by=request.user, is_confirmed=asked.is_confirmed)

    return change(request, number, act)


@router.delete("/tickets/{number}/merging/", response=CHANGED, url_name="merging")
@once
def unmerge_ticket(request: ApiRequest, number: BigKey) -> Changed:
    """Let it stand alone again."""
    return change(request, number, lambda ticket: merging.unmerge(source=ticket, by=request.user))


def _load_for_staff(request: ApiRequest, number: int) -> Ticket:
    found = load(request.user, number)
    ensure(request.user.can(Capability.ENTER_DESK))
    return found


def _other(request: ApiRequest, number: int) -> Ticket:
    """Raises Refused: the address is right, the number in the body is not."""
    found = Ticket.objects.visible_to(request.user).filter(number=number).first()
    if found is None:
        raise Refused("There is no other ticket of that number for you.")
    return found


def _rows(request: ApiRequest, ticket: Ticket) -> "QuerySet[TicketLink]":
    return TicketLink.objects.visible_to(request.user).of(ticket).select_related("source", "target").order_by("pk")


def _links(request: ApiRequest, ticket: Ticket) -> Links:
    items = [
        LinkOut(id=row.pk, kind=row.kind, ticket=row.other(ticket).number, points=row.source_id == ticket.pk)
        for row in _rows(request, ticket)
    ]
    return Links(items=items)
