"""What the page of a ticket reads, each thing in one statement that is prepared once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import ContactPoint, Team, User
from helpdesk.accounts.viewing import Viewing, keys_of, viewing
from helpdesk.core.prepared import Among, Prepared
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tickets.models import Attachment, Message, Participant, Survey, Ticket
from tickets.queries.listing import colleagues_for, teams_for


class Person(NamedTuple):
    """Somebody as the page names them; `is_choice` says whether the ticket may be given to them."""

    pk: int
    name: str
    email: str | None
    is_choice: bool

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.pk}"


class Merged(NamedTuple):
    """A ticket that is merged into the one whose page it is. `is_seen`: whether the reader may know more of it than
    that its people get the answers."""

    pk: int
    number: int
    subject: str
    is_seen: bool


LAST = 2**63 - 1
"""The largest key there can be."""


def ticket_for(user: User, *, number: int) -> Ticket | None:
    """The ticket with everything its page says of it (`rating_words`: what the requester wrote beside its rating);
    None when this person may not know of it."""
    if number > LAST:
        return None
    return next(iter(_ticket(viewing(user), **keys_of(user), number=number)), None)


def messages_of(
    ticket: Ticket, *, most: int, merged: "Sequence[Merged]" = (), after: int = 0, before: int = 0
) -> list[Message]:
    """The latest messages between two keys (0 for no bound), latest first, with their authors' names; those of merged
    tickets among them, but for the copies of answers that were given here."""
    bounds = {"after": after, "before": before or LAST}
    if merged:
        return _messages_of_all(most, tickets=[ticket.pk, *(each.pk for each in merged)], here=ticket.pk, **bounds)
    return _messages(most, ticket=ticket.pk, **bounds)


def merged_into(ticket: Ticket) -> "list[Merged]":
    """The tickets merged into one that `ticket_for` found."""
    return [Merged(**each) for each in getattr(ticket, "merged_tickets", [])]


def people_of_merged(merged: "Iterable[Merged]") -> list[User]:
    """Who gets an answer because of the merged tickets: their requesters and participants."""
    return _people_of_merged(tickets=[each.pk for each in merged])


def files_of(messages: Iterable[Message]) -> dict[int, list[Attachment]]:
    """The files of these messages in their order, by the message's key."""
    found = defaultdict(list)
    for file in _files(messages=[message.pk for message in messages]):
        found[file.message_id or 0].append(file)
    return found


def deliveries_of(messages: Iterable[Message]) -> dict[int, list[Delivery]]:
    """What became of everything sent about these messages and their copies for merged tickets, by the message's
    key."""
    kind = ContentType.objects.get_for_model(Message).pk
    shown_at: dict[int, int] = {}
    for message in messages:
        shown_at |= dict.fromkeys([message.pk, *message.flags.get("copies", [])], message.pk)
    found = defaultdict(list)
    for row in _deliveries(kind=kind, messages=list(shown_at)):
        found[shown_at[row.subject_id]].append(row)
    return found


def entries_of(ticket: Ticket, *, after: int = 0) -> list[Entry]:
    """The latest lines of the journal after a key, latest first, at most MOST_ENTRIES."""
    return _entries(kind=ContentType.objects.get_for_model(Ticket).pk, ticket=ticket.pk, after=after)


def people_of(user: User, *, named: Collection[int]) -> list[Person]:
    """Those to whom `user` may give a ticket and those whose keys are in `named`."""
    return [Person(*row) for row in _people(viewing(user), **keys_of(user), named=list(named))]


def numbers_seen(user: User, numbers: Collection[int]) -> Collection[int]:
    """Those of these numbers that are of tickets which the person may know of; takes a statement only where they may
    not know of all."""
    if not numbers or user.can(Capability.SEE_ALL_TICKETS):
        return numbers
    return {ticket.number for ticket in _numbers(viewing(user), **keys_of(user), numbers=list(numbers))}


def teams_of(user: User) -> list[Team]:
    """The teams this person may know of."""
    return _teams(viewing(user), **keys_of(user))


def participants_of(ticket: Ticket) -> list[Participant]:
    """Who takes part beside the requester."""
    return _participants(ticket=ticket.pk)


def contacts_of(people: Iterable[int]) -> list[ContactPoint]:
    """How these people are reached, at most MOST_CONTACTS."""
    return _contacts(people=list(people))


def other_tickets(ticket: Ticket, *, user: User) -> list[Ticket]:
    """The latest visible tickets of the same requester, at most MOST_OTHERS and one."""
    return _others(viewing(user), **keys_of(user), requester=ticket.requester_id, ticket=ticket.pk)


def follow_ups(ticket: Ticket, *, user: User) -> list[Ticket]:
    """Visible tickets that follow this one up."""
    return _follow_ups(viewing(user), **keys_of(user), ticket=ticket.pk)


MOST_ENTRIES = 200
MOST_CONTACTS = 50
MOST_OTHERS = 5
MOST_FOLLOW_UPS = 20

Rows = models.QuerySet[Any]


def _build_ticket(seen: Viewing, *, user: int, organisation: int, number: int) -> Rows:
    person = seen.person(user, organisation)
    merged = Ticket.objects.filter(merged_into=OuterRef("pk")).order_by("pk")
    is_seen: Any = Value(True)
    if not person.can(Capability.SEE_ALL_TICKETS):
        is_seen = Exists(Ticket.objects.visible_to(person).filter(pk=OuterRef("pk")))
    facts = merged.values(facts=JSONObject(pk="pk", number="number", subject="subject", is_seen=is_seen))
    found = Ticket.objects.visible_to(person).for_page().annotate(merged_tickets=ArraySubquery(facts))
    rated = Survey.objects.filter(ticket=OuterRef("pk"), score__isnull=False).order_by("-resolved_at", "-pk")
    found = found.annotate(rating_words=Subquery(rated.values("words")[:1]))
    return found.filter(number=number).order_by("pk")


def _build_messages(most: int, *, ticket: int, after: int, before: int) -> Rows:
    return _latest(Message.objects.filter(ticket=ticket, pk__gt=after, pk__lt=before), most)


def _build_messages_of_all(most: int, *, tickets: list[int], here: int, after: int, before: int) -> Rows:
    found = Message.objects.filter(Among(F("ticket_id"), tickets), pk__gt=after, pk__lt=before)
    return _latest(found.filter(Q(ticket=here) | ~Q(flags__has_key="copy_for")), most)


def _latest(found: Rows, most: int) -> Rows:
    columns = [field.name for field in Message._meta.concrete_fields]
    return found.select_related("author").only(*columns, "author__name", "author__email").order_by("-pk")[:most]


def _build_people_of_merged(*, tickets: list[int]) -> Rows:
    taking_part = Participant.objects.filter(Among(F("ticket_id"), tickets), is_active=True).order_by().values("user")
    asking = Ticket.objects.filter(Among(F("pk"), tickets)).order_by().values("requester")
    return User.objects.filter(Q(pk__in=asking) | Q(pk__in=taking_part)).order_by("pk")


def _build_files(*, messages: list[int]) -> Rows:
    found = Attachment.objects.filter(Among(F("message_id"), messages))
    shown = ("message_id", "filename", "content_type", "content_id", "is_inline", "size", "position")
    return found.only(*shown).order_by("position", "pk")


def _build_deliveries(*, kind: int, messages: list[int]) -> Rows:
    found = Delivery.objects.filter(Among(F("subject_id"), messages), subject_type=kind)
    return found.only("subject_id", "recipient", "state", "reason", "purpose", "finished_at").order_by("pk")


def _build_entries(*, kind: int, ticket: int, after: int) -> Rows:
    return Entry.objects.filter(subject_type=kind, subject_id=ticket, pk__gt=after).order_by("-pk")[:MOST_ENTRIES]


def _build_people(seen: Viewing, *, user: int, organisation: int, named: list[int]) -> Rows:
    choices = colleagues_for(seen.person(user, organisation)).order_by().values("pk")
    choice = ExpressionWrapper(Q(pk__in=choices), output_field=BooleanField())
    found = User.objects.annotate(is_choice=choice).filter(Q(is_choice=True) | Among(F("pk"), named))
    return found.order_by("name", "pk").values_list("pk", "name", "email", "is_choice")


def _build_numbers(seen: Viewing, *, user: int, organisation: int, numbers: list[int]) -> Rows:
    found = Ticket.objects.visible_to(seen.person(user, organisation)).filter(Among(F("number"), numbers))
    return found.only("number").order_by("pk")


def _build_teams(seen: Viewing, *, user: int, organisation: int) -> Rows:
    return teams_for(seen.person(user, organisation))


def _build_participants(*, ticket: int) -> Rows:
    return Participant.objects.filter(ticket=ticket, is_active=True).select_related("user").order_by("pk")


def _build_contacts(*, people: list[int]) -> Rows:
    return ContactPoint.objects.filter(Among(F("user_id"), people)).order_by("pk")[:MOST_CONTACTS]


def _build_others(seen: Viewing, *, user: int, organisation: int, requester: int, ticket: int) -> Rows:
    found = Ticket.objects.visible_to(seen.person(user, organisation)).filter(requester=requester).exclude(pk=ticket)
    return found.only("number", "subject", "status").order_by("-active_at", "-pk")[: MOST_OTHERS + 1]


def _build_follow_ups(seen: Viewing, *, user: int, organisation: int, ticket: int) -> Rows:
    found = Ticket.objects.visible_to(seen.person(user, organisation)).filter(follow_up_of=ticket)
    return found.only("number", "subject", "status").order_by("pk")[:MOST_FOLLOW_UPS]


_ticket: Prepared[Ticket] = Prepared(_build_ticket)
_messages: Prepared[Message] = Prepared(_build_messages)
_messages_of_all: Prepared[Message] = Prepared(_build_messages_of_all)
_people_of_merged: Prepared[User] = Prepared(_build_people_of_merged)
_files: Prepared[Attachment] = Prepared(_build_files)
_deliveries: Prepared[Delivery] = Prepared(_build_deliveries)
_entries: Prepared[Entry] = Prepared(_build_entries)
_people: Prepared[tuple[int, str, str | None, bool]] = Prepared(_build_people)
_numbers: Prepared[Ticket] = Prepared(_build_numbers)
_teams: Prepared[Team] = Prepared(_build_teams)
_participants: Prepared[Participant] = Prepared(_build_participants)
_contacts: Prepared[ContactPoint] = Prepared(_build_contacts)
_others: Prepared[Ticket] = Prepared(_build_others)
_follow_ups: Prepared[Ticket] = Prepared(_build_follow_ups)
