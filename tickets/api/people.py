"""Who takes part in a ticket, and who is told what happens on it."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import BigKey, CleanText, Strict
from helpdesk.core.errors import Refused, ensure
from tickets.actions import following, participation, watching
from tickets.actions.recipients import read_addresses
from tickets.api.loading import load
from tickets.api.shapes import Person, person_out
from tickets.models import Ticket
from tickets.queries.ticket_page import participants_of

router = Router(tags=["people of tickets"], auth=needs(Scope.TICKETS_WRITE))
reading = needs(Scope.TICKETS_READ)


class People(Schema):
    items: list[Person]


class NewParticipant(Strict):
    """An e-mail address, and a name for somebody new. `is_meant`: let them in although they are of another
    organisation."""

    email: Annotated[CleanText, Field(min_length=3, max_length=254)]
    name: Annotated[CleanText, Field(max_length=200)] = ""
    is_meant: bool = False


class NewWatcher(Strict):
    """The id of one of the staff."""

    person: BigKey


@router.get("/tickets/{number}/participants/", auth=reading, response=People, url_name="participants")
def list_participants(request: ApiRequest, number: BigKey) -> People:
    """Who gets the answers beside the requester."""
    return _participants(request, load(request.user, number))


@router.post("/tickets/{number}/participants/", response={201: People}, url_name="participants")
@once
def add_participant(request: ApiRequest, number: BigKey, new: NewParticipant) -> Status[People]:
    """Let somebody take part: they get the answers from now on."""
    found = load(request.user, number)
    receivers = read_addresses(new.email)
    if len(receivers) != 1:
        raise Refused("Give one e-mail address.")
    participation.add_by_address(
        ticket=found, by=request.user, address=receivers[0].address, name=new.name, is_meant=new.is_meant
    )
    return Status(201, _participants(request, found))


@router.delete("/tickets/{number}/participants/{person}/", response={204: None}, url_name="participant")
@once
def remove_participant(request: ApiRequest, number: BigKey, person: BigKey) -> Status[None]:
    """They get nothing more and see nothing more."""
    found = load(request.user, number)
    taking_part = User.objects.filter(participations__ticket=found)
    participation.remove(ticket=found, by=request.user, person=get_object_or_404(taking_part, pk=person))
    return Status(204, None)


@router.put("/tickets/{number}/following/", response={204: None}, url_name="following")
@once
def follow_ticket(request: ApiRequest, number: BigKey) -> Status[None]:
    """A customer manager gets the answers to a colleague's request."""
    following.follow(ticket=load(request.user, number), by=request.user)
    return Status(204, None)


@router.delete("/tickets/{number}/following/", response={204: None}, url_name="following")
@once
def unfollow_ticket(request: ApiRequest, number: BigKey) -> Status[None]:
    """No more answers come."""
    following.unfollow(ticket=load(request.user, number), by=request.user)
    return Status(204, None)


@router.get("/tickets/{number}/watchers/", auth=reading, response=People, url_name="watchers")
def list_watchers(request: ApiRequest, number: BigKey) -> People:
    """Staff who are told what happens on it."""
    return _watchers(request, _load_for_staff(request, number))


@router.post("/tickets/{number}/watchers/", response={201: People}, url_name="watchers")
@once
def add_watcher(request: ApiRequest, number: BigKey, new: NewWatcher) -> Status[People]:
    """Have oneself or a colleague told."""
    found = _load_for_staff(request, number)
    person = User.objects.visible_to(request.user).active().staff().filter(pk=new.person).first()
    if person is None:
        raise Refused("Give the id of one of the staff.")
    watching.watch(ticket=found, by=request.user, person=person)
    return Status(201, _watchers(request, found))


@router.delete("/tickets/{number}/watchers/{person}/", response={204: None}, url_name="watcher")
@once
def remove_watcher(request: ApiRequest, number: BigKey, person: BigKey) -> Status[None]:
    """They are told no more."""
    found = _load_for_staff(request, number)
    watcher = get_object_or_404(User.objects.filter(watched__ticket=found), pk=person)
    watching.unwatch(ticket=found, by=request.user, person=watcher)
    return Status(204, None)


def _load_for_staff(request: ApiRequest, number: int) -> Ticket:
    found = load(request.user, number)
    ensure(request.user.can(Capability.ENTER_DESK))
    return found


def _participants(request: ApiRequest, ticket: Ticket) -> People:
    return People(items=[person_out(each.user, request.user) for each in participants_of(ticket)])


def _watchers(request: ApiRequest, ticket: Ticket) -> People:
    people = User.objects.filter(watched__ticket=ticket).order_by("name", "pk")
    return People(items=[person_out(each, request.user) for each in people])
