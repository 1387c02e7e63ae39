"""Reads that join several models: lists by criteria, counters, who and what may be chosen."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.text import slugify

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Grant, Team, User
from helpdesk.notifications.models import Delivery
from helpdesk.search.queries import shown_under
from tickets.enums import UNFINISHED
from tickets.models import Message, Ticket

if TYPE_CHECKING:
    from tickets.models import TicketQuerySet

COUNTED = 1000
"""Counters count up to here and then say `999+`: what they cost does not grow with the desk."""

VIEWS = ("mine", "team", "unassigned", "all")


@dataclass(frozen=True, slots=True)
class Choice:
    """A row that can be chosen: its key, the word that names it in a URL, and what people read."""

    pk: int
    word: str
    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a list is narrowed to. Empty fields narrow nothing; without statuses and words only the unfinished are
    listed. `is_any_status` lists finished ones as well; `without_*` means that nobody or no team has the ticket."""

    view: str = "all"
    statuses: tuple[str, ...] = ()
    is_any_status: bool = False
    priorities: tuple[int, ...] = ()
    team: Choice | None = None
    is_without_team: bool = False
    assignee: Choice | None = None
    is_unassigned: bool = False
    organisation: Choice | None = None
    requester: Choice | None = None
    tag: str = ""
    words: str = ""


def listed(user: User, criteria: Criteria) -> "TicketQuerySet":
    """The tickets a person may see under these criteria; order and page are the caller's."""
    found = _view(Ticket.objects.visible_to(user), user, criteria.view).filter(_conditions(criteria))
    if criteria.words:
        found = found.filter(pk__in=shown_under(kind=Message, words=criteria.words))
    return found


def _view(found: "TicketQuerySet", user: User, view: str) -> "TicketQuerySet":
    if view == "mine":
        return found.assigned_to(user)
    if view == "team":
        return found.of_teams_of(user)
    return found.unassigned() if view == "unassigned" else found


def _conditions(criteria: Criteria) -> Q:
    where = Q()
    if criteria.statuses:
        where &= Q(status__in=criteria.statuses)
    elif not criteria.is_any_status:
        where &= Q(status__in=UNFINISHED)
    if criteria.priorities:
        where &= Q(priority__in=criteria.priorities)
    if criteria.is_without_team:
        where &= Q(team__isnull=True)
    if criteria.is_unassigned:
        where &= Q(assignee__isnull=True)
    if criteria.tag:
        where &= Q(tags__contains=[criteria.tag])
    for name in ("team", "assignee", "organisation", "requester"):
        if (wanted := getattr(criteria, name)) is not None:
            where &= Q(**{name: wanted.pk})
    return where


def counters(user: User) -> dict[str, int]:
    """How many unfinished tickets each view holds, at most COUNTED each, in one statement."""
    selects: list[str] = []
    parameters: list[Any] = []
    for view in VIEWS:
        found = _view(Ticket.objects.visible_to(user).unfinished(), user, view)
        sql, values = found.order_by().values("pk")[:COUNTED].query.sql_with_params()
        selects.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - the ORM's own SQL and parameters
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(selects), parameters)
        row = cursor.fetchone()
    return dict(zip(VIEWS, row or (), strict=True))


LIST_COLUMNS = (
    "pk",
    "number",
    "subject",
    "status",
    "priority",
    "tags",
    "snippet",
    "active_at",
    "awaits_approval",
    "requester__name",
    "requester__email",
    "organisation__name",
    "assignee_id",
    "assignee__name",
    "assignee__email",
)


def list_rows(found: "TicketQuerySet") -> Any:
    """Just what a row of a list shows, as named tuples: making model instances of it would cost more than the query."""
    return found.values_list(*LIST_COLUMNS, named=True)


def team_choices(user: User) -> list[Choice]:
    """The teams a person may know of."""
    rows = teams_for(user).values_list("pk", "name")
    return [Choice(pk, slugify(name, allow_unicode=True) or str(pk), name) for pk, name in rows]


def colleague_choices(user: User) -> list[Choice]:
    """The people to whom a person may give a ticket."""
    rows = colleagues_for(user).values_list("pk", "name", "email")
    return [Choice(pk, email or str(pk), name or email or f"#{pk}") for pk, name, email in rows]


def teams_for(user: User) -> "models.QuerySet[Team]":
    """Teams a person may know of: all of them; for a contractor those whose queue is granted."""
    if user.can(Capability.SEE_ALL_TICKETS):
        return Team.objects.order_by("line", "name", "pk")
    return Team.objects.filter(pk__in=Grant.objects.filter(contractor=user).values("team")).order_by(
        "line", "name", "pk"
    )


def colleagues_for(user: User) -> "models.QuerySet[User]":
    """People to whom this person may give a ticket."""
    return User.objects.visible_to(user).assignable()


def people_of(user: User, *, named: Collection[int]) -> "models.QuerySet[User]":
    """Those to whom `user` may give a ticket (`is_choice`) and those whose keys are in `named`, in one statement."""
    choice = ExpressionWrapper(Q(pk__in=colleagues_for(user).order_by().values("pk")), output_field=BooleanField())
    return User.objects.annotate(is_choice=choice).filter(Q(is_choice=True) | Q(pk__in=named)).order_by("name", "pk")


def deliveries_of(messages: Iterable[Message]) -> dict[int, list[Delivery]]:
    """What became of everything sent about these messages, by the message's key, in one statement."""
    rows = Delivery.objects.filter(
        subject_type=ContentType.objects.get_for_model(Message), subject_id__in=[message.pk for message in messages]
    )
    found = defaultdict(list)
    for row in rows.only("subject_id", "recipient", "state", "reason", "purpose", "finished_at").order_by("pk"):
        found[row.subject_id].append(row)
    return found


def other_tickets(ticket: Ticket, *, user: User, most: int) -> "list[Ticket]":
    """The latest visible tickets of the same requester, at most `most`."""
    found = Ticket.objects.visible_to(user).filter(requester=ticket.requester_id).exclude(pk=ticket.pk)
    return list(found.only("number", "subject", "status").order_by("-active_at", "-pk")[:most])


def follow_ups(ticket: Ticket, *, user: User) -> "list[Ticket]":
    """Visible tickets that follow this one up."""
    found = Ticket.objects.visible_to(user).filter(follow_up_of=ticket)
    return list(found.only("number", "subject", "status").order_by("pk")[:20])
