"""What the page of a ticket reads, each thing in one statement that is prepared once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Left, NullIf

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import ContactPoint, Team, User
from helpdesk.accounts.viewing import Viewing, keys_of, viewing
from helpdesk.core.prepared import Among, Prepared
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tickets.enums import Approval
from tickets.models import Attachment, KeptDraft, Message, Participant, Survey, Ticket, TicketLink
from tickets.queries.listing import colleagues_for, teams_for
from tickets.rendering import without_folds, without_pictures


class Person(NamedTuple):
    """Somebody as the page names them; `is_choice` says whether the ticket may be given to them."""

    pk: int
    name: str
    email: str | None
    is_choice: bool

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.pk}"


class Last(NamedTuple):
    """The last message of a ticket: its own words, without what it quotes."""

    kind: str
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """A draft of whoever looks, or a message of anybody's that is to go out by itself (`send_at`)."""

    pk: int
    kind: str
    text: str
    fields: dict[str, Any]
    asides: dict[str, str]
    version: int
    send_at: datetime | None
    updated_at: datetime
    refusal: str
    author: int
    author_name: str


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


def drafts_of(ticket: Ticket) -> list[KeptFacts]:
    """What is being written on a ticket that `ticket_for` found: the reader's own drafts, and what goes out by itself
    in the order of its time."""
    return [_kept_facts(**each) for each in getattr(ticket, "kept_drafts", [])]


def _kept_facts(**columns: Any) -> KeptFacts:
    send_at = datetime.fromisoformat(columns.pop("send_at")) if columns["send_at"] else columns.pop("send_at")
    return KeptFacts(send_at=send_at, updated_at=datetime.fromisoformat(columns.pop("updated_at")), **columns)


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


def everybody_of(ticket: Ticket) -> list[Participant]:
    """Whoever takes part, or did, or was copied and is not let in; the former first."""
    return _everybody(ticket=ticket.pk)


def people_to_add(user: User, *, words: str) -> list[tuple[str, str]]:
    """Address and name of customers the person may know, whose name or address begins with the words; at most
    MOST_FOUND."""
    known = User.objects.visible_to(user).active().customers().filter(email__isnull=False)
    begun = Q(email__startswith=words.lower()) | Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    return list(known.filter(begun).order_by("name", "pk").values_list("email", "name")[:MOST_FOUND])


def contacts_of(people: Iterable[int]) -> list[ContactPoint]:
    """How these people are reached, at most MOST_CONTACTS."""
    return _contacts(people=list(people))


def other_tickets(ticket: Ticket, *, user: User) -> list[Ticket]:
    """The latest visible tickets of the same requester, at most MOST_OTHERS and one, but for what was merged here."""
    return _others(viewing(user), **keys_of(user), requester=ticket.requester_id, ticket=ticket.pk)


def related(ticket: Ticket, *, user: User) -> list[Ticket]:
    """Visible tickets that have to do with this one, at most MOST_RELATED: each has `is_follow_up`, and `its_links` as
    `{"pk", "kind", "source"}`."""
    return _related(viewing(user), **keys_of(user), ticket=ticket.pk)


def last_message(ticket: Ticket) -> Last | None:
    """What was said last on a ticket that is seen, notes included, by whoever counts; of a long text its beginning."""
    for kind, name, email, at, text, folds in _last(ticket=ticket.pk):
        return Last(kind, name or email or "", at, without_pictures(without_folds(text, folds)))
    return None


def public_files(ticket: Ticket) -> list[Attachment]:
    """The files of what customers read on this ticket, newest messages first, at most MOST_FILES."""
    messages = Message.objects.public().filter(ticket=ticket)
    return list(Attachment.objects.filter(message__in=messages).order_by("-message", "position", "pk")[:MOST_FILES])


MOST_FILES = 100
MOST_ENTRIES = 200
LONGEST_LAST = 4000
MOST_CONTACTS = 50
MOST_OTHERS = 5
MOST_FOUND = 8
MOST_PARTICIPANTS = 200
MOST_RELATED = 50

Rows = models.QuerySet[Any]


def _build_ticket(seen: Viewing, *, user: int, organisation: int, number: int) -> Rows:
    person = seen.person(user, organisation)
    merged = Ticket.objects.filter(merged_into=OuterRef("pk")).order_by("pk")
    is_seen: Any = Value(True)
    if not person.can(Capability.SEE_ALL_TICKETS):
        is_seen = Exists(Ticket.objects.visible_to(person).filter(pk=OuterRef("pk")))
    facts = merged.values(facts=JSONObject(pk="pk", number="number", subject="subject", is_seen=is_seen))
    rated = Survey.objects.filter(ticket=OuterRef("pk"), score__isnull=False).order_by("-resolved_at", "-pk")
    found = (
        Ticket.objects.visible_to(person)
        .for_page()
        .with_watchers()
        .annotate(merged_tickets=ArraySubquery(facts), kept_drafts=ArraySubquery(_kept_drafts(user)))
        .annotate(rating_words=Subquery(rated.values("words")[:1]))
    )
    return found.filter(number=number).order_by("pk")


def _kept_drafts(user: int) -> "models.QuerySet[Any, Any]":
    """As `KeptFacts`: the person's own drafts on the ticket, and what goes out there by itself."""
    kept = KeptDraft.objects.filter(Q(author=user) | Q(send_at__isnull=False), ticket=OuterRef("pk"))
    names = ("pk", "kind", "text", "fields", "asides", "version", "send_at", "updated_at", "refusal", "author")
    author_name = Coalesce(NullIf("author__name", Value("")), "author__email", Value(""))
    facts = JSONObject(author_name=author_name, **{name: name for name in names})
    return kept.order_by("send_at", "pk").values(facts=facts)


def _build_messages(most: int, *, ticket: int, after: int, before: int) -> Rows:
    return _latest(Message.objects.filter(ticket=ticket, pk__gt=after, pk__lt=before), most)


def _build_messages_of_all(most: int, *, tickets: list[int], here: int, after: int, before: int) -> Rows:
    found = Message.objects.filter(Among(F("ticket_id"), tickets), pk__gt=after, pk__lt=before)
    return _latest(found.filter(Q(ticket=here) | ~Q(flags__has_key="copy_for")), most)


def _latest(found: Rows, most: int) -> Rows:
    columns = [field.name for field in Message._meta.concrete_fields]
    names = [f"{person}__{name}" for person in ("author", "edited_by") for name in ("name", "email")]
    return found.select_related("author", "edited_by").only(*columns, *names).order_by("-pk")[:most]


def _build_people_of_merged(*, tickets: list[int]) -> Rows:
    taking_part = Participant.objects.filter(Among(F("ticket_id"), tickets), is_active=True).order_by().values("user")
    asking = Ticket.objects.filter(Among(F("pk"), tickets)).order_by().values("requester")
    return User.objects.filter(Q(pk__in=asking) | Q(pk__in=taking_part)).order_by("pk")


def _build_last(*, ticket: int) -> Rows:
    found = Message.objects.filter(ticket=ticket, approval__in=[Approval.NONE, Approval.APPROVED]).order_by("-pk")
    shown = ("kind", "author__name", "author__email", "created_at", Left("text", LONGEST_LAST), "folds")
    return found.values_list(*shown)[:1]


def _build_files(*, messages: list[int]) -> Rows:
    found = Attachment.objects.filter(Among(F("message_id"), messages))
    shown = ("message_id", "filename", "content_type", "content_id", "is_inline", "size", "position")
    return found.only(*shown).order_by("position", "pk")


def _build_deliveries(*, kind: int, messages: list[int]) -> Rows:
    found = Delivery.objects.filter(Among(F("subject_id"), messages), subject_type=kind)
    return found.only(
        "subject_id", "recipient", "state", "reason", "purpose", "finished_at", "status_code", "due_at"
    ).order_by("pk")


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


def _build_everybody(*, ticket: int) -> Rows:
    found = Participant.objects.filter(ticket=ticket).select_related("user__organisation")
    return found.order_by("-is_active", "pk")[:MOST_PARTICIPANTS]


def _build_contacts(*, people: list[int]) -> Rows:
    return ContactPoint.objects.filter(Among(F("user_id"), people)).order_by("pk")[:MOST_CONTACTS]


def _build_others(seen: Viewing, *, user: int, organisation: int, requester: int, ticket: int) -> Rows:
    found = Ticket.objects.visible_to(seen.person(user, organisation)).filter(requester=requester)
    found = found.exclude(pk=ticket).exclude(merged_into=ticket)
    return found.only("number", "subject", "status").order_by("-active_at", "-pk")[: MOST_OTHERS + 1]


def _build_related(seen: Viewing, *, user: int, organisation: int, ticket: int) -> Rows:
    following = Ticket.objects.filter(follow_up_of=ticket).order_by().values("pk")
    pointing = TicketLink.objects.filter(target=ticket).order_by().values("source")
    pointed_at = TicketLink.objects.filter(source=ticket).order_by().values("target")
    links = TicketLink.objects.filter(
        Q(source=OuterRef("pk"), target=ticket) | Q(source=ticket, target=OuterRef("pk"))
    ).order_by("pk")
    facts = links.values(facts=JSONObject(pk="pk", kind="kind", source="source"))
    is_follow_up = ExpressionWrapper(Q(follow_up_of=ticket), output_field=BooleanField())
    found = Ticket.objects.visible_to(seen.person(user, organisation)).annotate(
        is_follow_up=is_follow_up, its_links=ArraySubquery(facts)
    )
    found = found.filter(pk__in=following.union(pointing, pointed_at))
    return found.only("number", "subject", "status").order_by("pk")[:MOST_RELATED]


_ticket: Prepared[Ticket] = Prepared(_build_ticket)
_messages: Prepared[Message] = Prepared(_build_messages)
_last: Prepared[tuple[str, str, str | None, datetime, str, list[list[int]]]] = Prepared(_build_last)
_messages_of_all: Prepared[Message] = Prepared(_build_messages_of_all)
_people_of_merged: Prepared[User] = Prepared(_build_people_of_merged)
_files: Prepared[Attachment] = Prepared(_build_files)
_deliveries: Prepared[Delivery] = Prepared(_build_deliveries)
_entries: Prepared[Entry] = Prepared(_build_entries)
_people: Prepared[tuple[int, str, str | None, bool]] = Prepared(_build_people)
_numbers: Prepared[Ticket] = Prepared(_build_numbers)
_teams: Prepared[Team] = Prepared(_build_teams)
_participants: Prepared[Participant] = Prepared(_build_participants)
_everybody: Prepared[Participant] = Prepared(_build_everybody)
_contacts: Prepared[ContactPoint] = Prepared(_build_contacts)
_others: Prepared[Ticket] = Prepared(_build_others)
_related: Prepared[Ticket] = Prepared(_build_related)
