"""Lists by criteria, and what may be chosen in their filter."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Grant, Team, User
from helpdesk.accounts.viewing import Viewing, keys_of, viewing
from helpdesk.core.prepared import Prepared
from helpdesk.search.finding import ask, bounded
from helpdesk.search.queries import shown_under
from tickets.enums import UNFINISHED
from tickets.models import Message, Ticket
from tickets.models.ticket import LIST_COLUMNS
from tickets.queries.days import Days
from tickets.queries.documents import MESSAGES
from tickets.queries.field_criteria import NOT_ASKED, FieldCriteria, field_conditions

if TYPE_CHECKING:
    from tickets.models import TicketQuerySet

VIEWS = ("mine", "team", "unassigned", "all", "snoozed")
SORTS = {
    "active": ("active_at",),
    "created": ("created_at",),
    "number": ("number",),
    "priority": ("priority", "active_at"),
}
"""The columns by which a list can be sorted, each with an index for the unfinished."""
FIRST_SORT = "-active"
COLUMNS = ("priority", "status", "customer", "organisation", "assignee", "active")
"""What a list shows beside number and subject when nobody chose."""
MORE_COLUMNS = {"team": "team__name", "channel": "channel", "created": "created_at"}
"""What it can show as well: read only where it is shown."""
ALL_COLUMNS = ("priority", "status", "customer", "organisation", "team", "channel", "assignee", "created", "active")
"""Every column in the order in which they stand."""


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
    listed. `is_any_status` lists finished ones as well; `is_without_team` and `is_unassigned` mean that nobody has the
    ticket, `is_unanswered` that nobody wrote to the customer yet, `is_held` that a message waits to be let in.

    What was put aside is listed in the view `snoozed`, what is archived with `is_archived`; both also where words or
    somebody's tickets are looked for.

    `sort` is one of SORTS, `-` before it for the largest first; `columns` are those shown beside number and subject."""

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
    is_archived: bool = False
    words: str = ""
    channels: tuple[str, ...] = ()
    created: Days | None = None
    active: Days | None = None
    is_unanswered: bool = False
    is_held: bool = False
    sort: str = FIRST_SORT
    columns: tuple[str, ...] = COLUMNS
    described: FieldCriteria = NOT_ASKED

    @property
    def is_history(self) -> bool:
        """Whether a list is to hold whatever there is."""
        return bool(self.words or self.requester or self.organisation)


def listed(user: User, criteria: Criteria) -> "TicketQuerySet":
    """The tickets a person may see under these criteria, merged ones where words are looked for; order and page are
    the caller's."""
    found = in_view(Ticket.objects.visible_to(user), user, criteria.view).filter(_conditions(criteria))
    if criteria.described:
        found = found.filter(field_conditions(criteria.described))
    return with_words(found, user, criteria.words) if criteria.words else found.standing_alone()


def with_words(found: "TicketQuerySet", user: User, words: str) -> "TicketQuerySet":
    """Those in whose messages is found what a person writes in the search box, as far back as `since_when`; none where
    it is not understood."""
    asked, _since = bounded(ask(MESSAGES, reader=user, words=words))
    among = Message.objects.visible_to(user) if user.is_customer else None
    return found.filter(asked.where, pk__in=shown_under(asked, among=among))


def since_when(user: User, words: str) -> datetime | None:
    """The moment since which messages are looked through for these words, None for all of them."""
    return bounded(ask(MESSAGES, reader=user, words=words))[1] if words else None


def in_view(found: "TicketQuerySet", user: User, view: str) -> "TicketQuerySet":
    """Those of the tickets that a view of the list holds: `mine`, `team`, `unassigned`, `snoozed` or `all`."""
    if view == "snoozed":
        return found.filter(snoozed_until__isnull=False)
    if view == "mine":
        return found.assigned_to(user)
    if view == "team":
        return found.of_teams_of(user)
    return found.unassigned() if view == "unassigned" else found


def _conditions(criteria: Criteria) -> Q:
    where = Q()
    if criteria.statuses:
        where &= Q(status__in=criteria.statuses)
    elif not (criteria.is_any_status or criteria.is_archived):
        where &= Q(status__in=UNFINISHED)
    if not criteria.is_history and criteria.view != "snoozed":
        where &= Q(snoozed_until__isnull=True)
    if criteria.is_archived:
        where &= Q(archived_at__isnull=False)
    elif not criteria.is_history and (criteria.is_any_status or not set(criteria.statuses) <= set(UNFINISHED)):
        where &= Q(archived_at__isnull=True)
    if criteria.priorities:
        where &= Q(priority__in=criteria.priorities)
    if criteria.is_without_team:
        where &= Q(team__isnull=True)
    if criteria.is_unassigned:
        where &= Q(assignee__isnull=True)
    if criteria.channels:
        where &= Q(channel__in=criteria.channels)
    if criteria.is_unanswered:
        where &= Q(first_response_at__isnull=True)
    if criteria.is_held:
        where &= Q(awaits_approval__gt=0)
    for column, days in (("created_at", criteria.created), ("active_at", criteria.active)):
        if days is not None:
            where &= days.within(column)
    if criteria.tag:
        where &= Q(tags__contains=[criteria.tag])
    for name in ("team", "assignee", "organisation", "requester"):
        if (wanted := getattr(criteria, name)) is not None:
            where &= Q(**{name: wanted.pk})
    return where


def list_rows(found: "TicketQuerySet", criteria: Criteria) -> Any:
    """Just what a row of a list shows, and what it is sorted by, as named tuples: making model instances of it would
    cost more than the query."""
    more = {MORE_COLUMNS[name] for name in criteria.columns if name in MORE_COLUMNS}
    more |= set(sort_columns(criteria))
    return found.values_list(*LIST_COLUMNS, *sorted(more.difference(LIST_COLUMNS)), named=True)


def sort_columns(criteria: Criteria) -> tuple[str, ...]:
    """The columns by which the list is sorted."""
    return SORTS[criteria.sort.removeprefix("-")]


def team_choices(user: User) -> list[Choice]:
    """The teams a person may know of."""
    rows = _team_rows(viewing(user), **keys_of(user))
    return [Choice(pk, slugify(name, allow_unicode=True) or str(pk), name) for pk, name in rows]


def colleague_choices(user: User) -> list[Choice]:
    """The people to whom a person may give a ticket."""
    rows = _colleague_rows(viewing(user), **keys_of(user))
    return [Choice(pk, email or str(pk), name or email or f"#{pk}") for pk, name, email in rows]


def teams_for(user: User) -> "models.QuerySet[Team]":
    """Teams a person may know of: all of them; for a contractor those whose queue is granted."""
    if user.can(Capability.SEE_ALL_TICKETS):
        return Team.objects.order_by("line", "name", "pk")
    return Team.objects.filter(pk__in=Grant.objects.live().filter(contractor=user).values("team")).order_by(
        "line", "name", "pk"
    )


def colleagues_for(user: User) -> "models.QuerySet[User]":
    """People to whom this person may give a ticket."""
    return User.objects.visible_to(user).assignable()


def _build_team_rows(seen: Viewing, *, user: int, organisation: int) -> "models.QuerySet[Any, Any]":
    return teams_for(seen.person(user, organisation)).values_list("pk", "name")


def _build_colleague_rows(seen: Viewing, *, user: int, organisation: int) -> "models.QuerySet[Any, Any]":
    return colleagues_for(seen.person(user, organisation)).values_list("pk", "name", "email")


_team_rows: Prepared[tuple[int, str]] = Prepared(_build_team_rows)
_colleague_rows: Prepared[tuple[int, str, str | None]] = Prepared(_build_colleague_rows)
