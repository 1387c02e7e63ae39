"""Where a ticket stands and whose it is. What is set to what it is already changes nothing."""

from functools import partial
from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from ninja import Router
from pydantic import Field

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import BigKey, CleanText, Moment, Strict
from helpdesk.core.errors import Refused
from tickets.actions import assignment, describing, rating, snoozing, status
from tickets.api.loading import CHANGED, Changed, change
from tickets.api.shapes import PRIORITIES, RATINGS, PriorityWord, RatingWord, StatusWord
from tickets.api.writing import FieldWord, SaidValue
from tickets.models import Ticket
from tickets.queries import colleagues_for, teams_for

Row = TypeVar("Row", bound=Model)
router = Router(tags=["tickets"], auth=needs(Scope.TICKETS_WRITE))


class StatusChoice(Strict):
    """`is_confirmed`: finish it although children of it are not finished."""

    status: StatusWord
    is_confirmed: bool = False


class AssigneeChoice(Strict):
    """The id of somebody who works tickets, or null for nobody."""

    assignee: BigKey | None


class TeamChoice(Strict):
    """The id of a team, or null for none."""

    team: BigKey | None


class PriorityChoice(Strict):
    priority: PriorityWord


class TagChoice(Strict):
    """All the tags that the ticket is to have."""

    tags: Annotated[list[Annotated[CleanText, Field(max_length=100)]], Field(max_length=100)]


class SnoozeChoice(Strict):
    """A moment within a year."""

    until: Moment


class DescriptionChoice(Strict):
    """`category` is the word of one, or "" for none. Fields that are not named keep their values."""

    category: Annotated[CleanText, Field(max_length=40)]
    fields: dict[FieldWord, SaidValue] = {}


class RatingChoice(Strict):
    rating: RatingWord
    text: Annotated[CleanText, Field(max_length=2000)] = ""


@router.put("/tickets/{number}/status/", response=CHANGED, url_name="ticket_status")
@once
def set_status(request: ApiRequest, number: BigKey, chosen: StatusChoice) -> Changed:
    """Staff say where the ticket stands."""

    def act(ticket: Ticket) -> None:
        status.change_status(ticket=ticket, by=request.user, status=chosen.status, is_confirmed=chosen.is_confirmed)

    return change(request, number, act)


@router.post("/tickets/{number}/closure/", response=CHANGED, url_name="ticket_closure")
@once
def close_ticket(request: ApiRequest, number: BigKey) -> Changed:
    """The customer says that it is done with."""
    return change(request, number, lambda ticket: status.close(ticket=ticket, by=request.user))


@router.post("/tickets/{number}/reopening/", response=CHANGED, url_name="ticket_reopening")
@once
def reopen_ticket(request: ApiRequest, number: BigKey) -> Changed:
    """The customer says that it is not done with."""
    return change(request, number, lambda ticket: status.reopen(ticket=ticket, by=request.user))


@router.put("/tickets/{number}/assignment/", response=CHANGED, url_name="ticket_assignment")
@once
def set_assignee(request: ApiRequest, number: BigKey, chosen: AssigneeChoice) -> Changed:
    """Give the ticket to somebody, or to nobody."""
    person = _among(colleagues_for(request.user), chosen.assignee, "somebody who works tickets")
    return change(request, number, lambda found: assignment.assign(ticket=found, by=request.user, assignee=person))


@router.put("/tickets/{number}/team/", response=CHANGED, url_name="ticket_team")
@once
def set_team(request: ApiRequest, number: BigKey, chosen: TeamChoice) -> Changed:
    """Put the ticket into the queue of a team, or into none."""
    team = _among(teams_for(request.user), chosen.team, "a team")
    return change(request, number, lambda found: assignment.hand_to_team(ticket=found, by=request.user, team=team))


@router.put("/tickets/{number}/priority/", response=CHANGED, url_name="ticket_priority")
@once
def set_priority(request: ApiRequest, number: BigKey, chosen: PriorityChoice) -> Changed:
    """Say how urgent it is."""
    priority = next(number for number, word in PRIORITIES.items() if word == chosen.priority)
    return change(
        request, number, lambda found: status.change_priority(ticket=found, by=request.user, priority=priority)
    )


@router.put("/tickets/{number}/tags/", response=CHANGED, url_name="ticket_tags")
@once
def set_tags(request: ApiRequest, number: BigKey, chosen: TagChoice) -> Changed:
    """Give the ticket exactly these tags."""
    return change(request, number, lambda found: status.change_tags(ticket=found, by=request.user, tags=chosen.tags))


@router.put("/tickets/{number}/snooze/", response=CHANGED, url_name="ticket_snooze")
@once
def snooze_ticket(request: ApiRequest, number: BigKey, chosen: SnoozeChoice) -> Changed:
    """Put the ticket aside until then, or until the customer writes."""
    return change(request, number, lambda found: snoozing.snooze(ticket=found, by=request.user, until=chosen.until))


@router.delete("/tickets/{number}/snooze/", response=CHANGED, url_name="ticket_snooze")
@once
def wake_ticket(request: ApiRequest, number: BigKey) -> Changed:
    """Bring the ticket back before its time."""
    return change(request, number, lambda found: snoozing.wake(ticket=found, by=request.user))


@router.put("/tickets/{number}/fields/", response=CHANGED, url_name="ticket_fields")
@once
def describe_ticket(request: ApiRequest, number: BigKey, chosen: DescriptionChoice) -> Changed:
    """Say what the ticket is about: its category and the values of fields."""
    describe = partial(describing.describe, by=request.user, category=chosen.category, said=chosen.fields)
    return change(request, number, lambda found: describe(ticket=found))


@router.put("/tickets/{number}/rating/", response=CHANGED, url_name="ticket_rating")
@once
def rate_ticket(request: ApiRequest, number: BigKey, chosen: RatingChoice) -> Changed:
    """Whoever asked says how it was resolved."""
    score = next(score for score, word in RATINGS.items() if word == chosen.rating)
    rate = partial(rating.rate, by=request.user, score=score, words=chosen.text)
    return change(request, number, lambda found: rate(ticket=found))


def _among(known: "QuerySet[Row]", key: int | None, what: str) -> "Row | None":
    """The row of this key among those that the person may know; None for no key. Raises Refused."""
    if key is None:
        return None
    found = known.filter(pk=key).first()
    if found is None:
        raise Refused(f"Give the id of {what}, or null.")
    return found
