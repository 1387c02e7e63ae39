"""What lists are narrowed to."""

from typing import Annotated, Any

from django.db.models import OuterRef, Subquery
from ninja import Schema
from pydantic import AfterValidator, Field

from helpdesk.accounts.models import User
from helpdesk.core.api import BigKey, CleanText, Moment, Words
from tickets.actions.status import tag_of
from tickets.api.shapes import PRIORITIES, PriorityWord, StatusWord
from tickets.enums import Relation
from tickets.models import Ticket, TicketQuerySet
from tickets.queries.listing import with_words


def _is_somebody(text: str) -> str:
    if text in ("", "me", "none") or "@" in text or (text.isascii() and text.isdigit() and 0 < int(text) < 2**63):
        return text
    raise ValueError("Say “me”, “none”, a person's id or an e-mail address.")


SOMEBODY = Field(max_length=254, json_schema_extra={"pattern": r"^(me|none|[1-9][0-9]{0,17}|[^\u0000]*@[^\u0000]*)?$"})
Somebody = Annotated[CleanText, SOMEBODY, AfterValidator(_is_somebody)]


class TicketCriteria(Schema):
    """Empty values narrow nothing. `assignee` and `requester`: `me`, `none`, an id or an e-mail address. `q`: words
    as in a web search. `updated_since`, `created_since`: a moment with its zone. `category` is the word of one. `tag`
    and `team` find nothing for customers."""

    status: list[StatusWord] = []
    assignee: Somebody = ""
    requester: Somebody = ""
    q: Words = ""
    updated_since: Moment | None = None
    created_since: Moment | None = None
    priority: list[PriorityWord] = []
    team: BigKey | None = None
    organisation: BigKey | None = None
    category: Annotated[CleanText, Field(max_length=40)] = ""
    tag: Annotated[CleanText, Field(max_length=50)] = ""


def readable(user: User) -> TicketQuerySet:
    """The tickets a person may see, with all that their JSON holds, in one statement."""
    follows = Ticket.objects.visible_to(user).filter(pk=OuterRef("follow_up_of")).values("number")
    went_to = Ticket.objects.visible_to(user).filter(pk=OuterRef("merged_into")).values("number")
    parent = Ticket.objects.visible_to(user).filter(links_here__kind=Relation.CHILD, links_here__source=OuterRef("pk"))
    return (
        Ticket.objects.visible_to(user)
        .select_related("requester", "organisation", "assignee", "team")
        .annotate(follows=Subquery(follows), went_to=Subquery(went_to), parent=Subquery(parent.values("number")))
        .with_edition()
    )


def narrowed(user: User, criteria: TicketCriteria) -> TicketQuerySet:
    """Readable tickets under these criteria. People are found only among those whom the reader may see."""
    found = readable(user)
    if criteria.status:
        found = found.filter(status__in=criteria.status)
    if criteria.updated_since is not None:
        found = found.filter(active_at__gte=criteria.updated_since)
    found = found.filter(**_plain(criteria))
    if not user.is_customer:
        found = found.filter(**_for_staff(criteria))
    elif criteria.tag or criteria.team:
        return found.none()
    for role in ("assignee", "requester"):
        found = _with_person(found, user, role, getattr(criteria, role))
    return with_words(found, user, criteria.q) if criteria.q else found


def _with_person(found: TicketQuerySet, user: User, role: str, word: str) -> TicketQuerySet:
    if not word:
        return found
    if word == "none":
        return found.filter(**{f"{role}__isnull": True})
    if word == "me":
        return found.filter(**{role: user})
    known = User.objects.visible_to(user)
    people = known.filter(email=word.lower()) if "@" in word else known.filter(pk=int(word))
    return found.filter(**{f"{role}__in": people.order_by().values("pk")})


def _plain(criteria: TicketCriteria) -> dict[str, Any]:
    """What narrows by a column that everybody who sees a ticket knows."""
    words = {word: number for number, word in PRIORITIES.items()}
    given = {
        "created_at__gte": criteria.created_since,
        "organisation": criteria.organisation,
        "category__key": criteria.category,
        "priority__in": [words[word] for word in criteria.priority],
    }
    return {name: value for name, value in given.items() if value}


def _for_staff(criteria: TicketCriteria) -> dict[str, Any]:
    """Customers are told neither of tags nor of teams, so neither answers a question of theirs."""
    tag = tag_of(criteria.tag)
    return ({"team": criteria.team} if criteria.team else {}) | ({"tags__contains": [tag]} if tag else {})
