"""Telling staff what happens on tickets: a row in the transaction of what happened, everything else by a worker.

Twenty watchers cost whoever acts as much as none: a single row. Who may know of the ticket is asked when the notice is
written, and again when it goes out (`may_be_told`).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.functions import Now

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team, User
from helpdesk.core.bells import ring
from helpdesk.core.crash import crash_point
from helpdesk.core.deferring import write_soon
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.actions.gathering import gather_due
from helpdesk.notifications.actions.tidings import Tiding, tell, withdraw
from helpdesk.notifications.live import bus
from tickets.enums import FINISHED, News
from tickets.models import Message, PieceOfNews, Ticket, Watcher
from tickets.occasions import ASSIGNED, CHANGED, MENTIONED, QUEUED, RECEIVED, REOPENED, Sayings
from tickets.presence import CHANNEL

if TYPE_CHECKING:
    from helpdesk.accounts.models.user import UserQuerySet

BATCH = 100
KEYS = ("message:{}", "mention:{}")
"""Of what is told of a message, and of being called in it."""


def tell_watchers(
    ticket: Ticket, kind: News, *, verb: str, by: User | None, message: Message | None = None, **facts: Any
) -> None:
    """Note down what happened on a ticket that the caller has locked, whoever is to be told of it."""
    piece = PieceOfNews(ticket=ticket, kind=kind, verb=verb, actor=by, message=message, facts=facts)
    write_soon(_write, piece)


def tell_mentioned(ticket: Ticket, message: Message, *, by: User, people: list[int]) -> None:
    """Note down that the note calls these people, by their keys."""
    facts = {"people": people}
    piece = PieceOfNews(ticket=ticket, kind=News.MENTIONED, verb="mentioned", actor=by, message=message, facts=facts)
    write_soon(_write, piece)


def _write(pieces: list[PieceOfNews]) -> None:
    from tickets.tasks import spread  # noqa: PLC0415 - tasks stand above the actions

    PieceOfNews.objects.bulk_create(pieces)
    ring(spread)


def may_be_told(person: User, ticket: int) -> bool:
    """Notices about tickets go to staff who may see the ticket at that moment."""
    return person.can(Capability.ENTER_DESK) and Ticket.objects.visible_to(person).filter(pk=ticket).exists()


def known_of(person: User, tickets: Iterable[int]) -> set[int]:
    """Those of the tickets of which this person may be told now, in one statement."""
    if not person.can(Capability.ENTER_DESK):
        return set()
    found = Ticket.objects.visible_to(person).filter(pk__in=set(tickets))
    return set(found.order_by().values_list("pk", flat=True))


def withdraw_notices(message: Message) -> None:
    """Nobody is told any more of a message that goes away."""
    withdraw(keys=[key.format(message.pk) for key in KEYS], since=message.created_at)


def spread_news() -> int:
    """Tell everything that waits, in batches; how many pieces it was."""
    total = 0
    while spread := retrying(_spread_some, times=PATIENT):
        total += spread
    if total:
        gather_due()
    return total


@transaction.atomic
def _spread_some() -> int:
    """What may still be taken back is told by a later sweep."""
    waiting = PieceOfNews.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    waiting = waiting.exclude(message__held_until__gt=Now())
    about = waiting.select_related("actor", "message", "ticket__requester", "ticket__organisation")
    pieces = list(about[:BATCH])
    if pieces:
        tell(tidings=_Audience(pieces).tidings())
        PieceOfNews.objects.filter(pk__in=[piece.pk for piece in pieces]).delete()
        crash_point("spread")
    return len(pieces)


class _Audience:
    """Who is told of the pieces at hand, and on which occasion: of each piece everybody once, by what concerns them
    most. A constant number of statements, and one for each contractor."""

    def __init__(self, pieces: list[PieceOfNews]) -> None:
        self.pieces = pieces
        tickets = {piece.ticket_id: piece.ticket for piece in pieces}
        self.watchers = _grouped(
            Watcher.objects.filter(ticket__in=tickets).order_by("pk").values_list("ticket", "user")
        )
        queued = {team for piece in pieces if (team := _queue_of(piece))}
        members = Team.members.through.objects.filter(team__in=queued, team__is_active=True)
        self.members = _grouped(members.order_by("pk").values_list("team", "user"))
        called = {key for piece in pieces for key in _called_in(piece)}
        holders = {ticket.assignee_id for ticket in tickets.values() if ticket.assignee_id}
        keys = (
            called
            | holders
            | {key for group in (self.watchers, self.members) for keys in group.values() for key in keys}
        )
        self.people = _staff(User.objects.active().filter(pk__in=keys))
        self.seen = _seen(self.people.values(), set(tickets))
        self.present = {key: _present(ticket) for key, ticket in tickets.items()}
        self.mentioned = {(piece.message_id, key) for piece in pieces for key in _called_in(piece)}
        self.sayings = Sayings(pieces)

    def tidings(self) -> Iterable[Tiding]:
        for piece in self.pieces:
            for key, occasion in self._told(piece).items():
                person = self.people.get(key)
                if (
                    person is None
                    or key == piece.actor_id
                    or (key in self.seen and piece.ticket_id not in self.seen[key])
                ):
                    continue
                yield Tiding(
                    person=person,
                    subject=piece.ticket,
                    occasion=occasion,
                    key=_key(piece),
                    path=f"/desk/tickets/{piece.ticket.number}/",
                    facts=self.sayings.facts(piece, person),
                    is_seen=key in self.present[piece.ticket_id],
                )

    def _told(self, piece: PieceOfNews) -> dict[int, str]:
        """By the keys of people: the occasion, of several the last that is said here."""
        if piece.kind == News.MENTIONED:
            return dict.fromkeys(_called_in(piece), MENTIONED)
        told = dict.fromkeys(self.members.get(_queue_of(piece) or 0, ()), QUEUED)
        holder = piece.ticket.assignee_id
        follow = [*self.watchers.get(piece.ticket_id, ()), *([holder] if holder else ())]
        if piece.kind != News.OPENED:
            told |= dict.fromkeys(follow, _occasion(piece))
        if holder and (piece.kind == News.OPENED or (piece.verb == "assigned" and piece.facts.get("after") == holder)):
            told[holder] = ASSIGNED
        return {key: said for key, said in told.items() if (piece.message_id, key) not in self.mentioned}


def _occasion(piece: PieceOfNews) -> str:
    if piece.kind == News.RECEIVED:
        return REOPENED if piece.facts.get("before") in FINISHED else RECEIVED
    return CHANGED if piece.kind == News.CHANGED else str(piece.kind)


def _key(piece: PieceOfNews) -> str:
    if piece.message_id is None:
        return f"news:{piece.pk}"
    return KEYS[piece.kind == News.MENTIONED].format(piece.message_id)


def _called_in(piece: PieceOfNews) -> list[int]:
    return list(piece.facts["people"]) if piece.kind == News.MENTIONED else []


def _queue_of(piece: PieceOfNews) -> int | None:
    """The team whose queue the ticket has just come into."""
    if piece.kind == News.OPENED:
        return piece.ticket.team_id
    return piece.facts.get("after") if piece.verb == "team_changed" else None


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, person in pairs:
        found.setdefault(key, []).append(person)
    return found


def _staff(found: "UserQuerySet") -> dict[int, User]:
    return {person.pk: person for person in found.order_by("pk") if person.can(Capability.ENTER_DESK)}


def _seen(people: Iterable[User], tickets: set[int]) -> dict[int, set[int]]:
    """Of those who do not see every ticket: which of these they see."""
    return {person.pk: known_of(person, tickets) for person in people if not person.can(Capability.SEE_ALL_TICKETS)}


def _present(ticket: Ticket) -> set[int]:
    """Who has the ticket's page before them; nobody where that can't be asked."""
    return {each.pk for each in bus.company(f"{CHANNEL}:{ticket.number}").people}
