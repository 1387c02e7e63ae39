"""Telling watchers: a row in the transaction of what happened, notices into the outbox by a worker afterwards.

Twenty watchers cost whoever acts as much as one: a single row. Who may still know of the ticket is asked when a notice
goes out (`may_be_told`).
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team, User
from helpdesk.core.bells import ring
from helpdesk.core.deferring import write_soon
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.notices import notice_to
from tickets.enums import News, Priority, Status
from tickets.models import Message, PieceOfNews, Ticket, Watcher
from tickets.rendering import snippet_of

if TYPE_CHECKING:
    from tickets.models import WatchingChoice

BATCH = 100


def tell_watchers(
    ticket: Ticket, kind: News, *, verb: str, by: User | None, message: Message | None = None, **facts: Any
) -> None:
    """Note down what happened on a ticket that the caller has locked; nothing where nobody watches it."""
    if not getattr(ticket, "is_watched", False):
        return
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


def spread_news() -> int:
    """Put everything that waits into the outbox, in batches; how many pieces it was."""
    total = 0
    while spread := retrying(_spread_some, times=PATIENT):
        total += spread
    return total


@transaction.atomic
def _spread_some() -> int:
    """What may still be taken back is told by a later sweep."""
    waiting = PieceOfNews.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    waiting = waiting.exclude(message__held_until__gt=Now())
    pieces = list(waiting.select_related("actor", "message", "ticket")[:BATCH])
    by_ticket: dict[int, list[PieceOfNews]] = {}
    for piece in pieces:
        by_ticket.setdefault(piece.ticket_id, []).append(piece)
    watchers = Watcher.objects.filter(ticket__in=by_ticket).select_related("user__watching_choice").order_by("pk")
    people: dict[int, list[User]] = {}
    for watcher in watchers:
        people.setdefault(watcher.ticket_id, []).append(watcher.user)
    called = User.objects.in_bulk({key for piece in pieces for key in _called_in(piece)})
    for key, happened in by_ticket.items():
        _tell(happened[0].ticket, happened, people.get(key, []), called)
    PieceOfNews.objects.filter(pk__in=[piece.pk for piece in pieces]).delete()
    return len(pieces)


def _tell(ticket: Ticket, pieces: list[PieceOfNews], watchers: list[User], called: dict[int, User]) -> None:
    wanted = {person: [piece for piece in pieces if _wants(person, piece)] for person in watchers}
    for piece in pieces:
        for person in (called[key] for key in _called_in(piece) if key in called):
            others = [each for each in wanted.get(person, []) if each.message_id != piece.message_id]
            wanted[person] = [*others, piece]
    notices = [_notice(ticket, theirs, person) for person, theirs in wanted.items()]
    enqueue(subject=ticket, outgoing=[notice for notice in notices if notice])


def _called_in(piece: PieceOfNews) -> list[int]:
    return list(piece.facts["people"]) if piece.kind == News.MENTIONED else []


def _wants(person: User, piece: PieceOfNews) -> bool:
    """Whether a watcher wants to be told; whom a note calls is told of it anyway."""
    if piece.kind == News.MENTIONED or piece.actor_id == person.pk:
        return False
    choice: WatchingChoice | None = getattr(person, "watching_choice", None)
    return choice is None or piece.kind in choice.kinds


def _notice(ticket: Ticket, pieces: list[PieceOfNews], person: User) -> Outgoing | None:
    """All of it in one notice, in the watcher's language; None when there is nothing for them."""
    if not pieces or not person.can(Capability.ENTER_DESK):
        return None
    with translation.override(person.language or settings.LANGUAGE_CODE):
        title = f"#{ticket.number} {ticket.subject}"
        text = "\n\n".join(_sentence(piece) for piece in pieces)
    return notice_to(person, title=title, text=text, path=f"/desk/tickets/{ticket.number}/")


def _sentence(piece: PieceOfNews) -> str:
    who = {"name": str(piece.actor or _("somebody"))}
    if piece.message is not None:
        words = {
            News.RECEIVED: _("%(name)s wrote:"),
            News.REPLIED: _("%(name)s answered:"),
            News.NOTED: _("%(name)s left a note:"),
            News.MENTIONED: _("%(name)s mentioned you in a note:"),
        }[News(piece.kind)]
        return f"{words % who}\n{snippet_of(piece.message.visible_text or piece.message.text)}"
    after = piece.facts.get("after")
    if piece.verb == "status_changed":
        return _("%(name)s set the status to “%(value)s”.") % {**who, "value": Status(str(after)).label}
    if piece.verb == "priority_changed":
        return _("%(name)s set the priority to “%(value)s”.") % {**who, "value": Priority(after).label}
    if piece.verb == "assigned":
        return _("%(name)s gave the ticket to %(value)s.") % {**who, "value": _called(User, after, _("nobody"))}
    return _("%(name)s put the ticket into the queue of %(value)s.") % {
        **who,
        "value": _called(Team, after, _("no team")),
    }


def _called(kind: type[User] | type[Team], key: Any, nobody: str) -> str:
    found = kind._default_manager.filter(pk=key).first() if key else None
    return str(found) if found else nobody
