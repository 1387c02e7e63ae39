"""Who is told by notices what happens on a ticket."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.actions.news import may_be_told
from tickets.models import Ticket, Watcher
from tickets.permissions import can_watch, can_work

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MOST = 50


@transaction.atomic
def watch(*, ticket: Ticket, by: "User", person: "User") -> None:
    """The person is told from now on; one who is already stays so. Everybody watches for themselves, whoever works
    tickets adds others. Raises NotAllowed; Refused for who may not see the ticket."""
    ticket = locked(ticket)
    _ensure_may(ticket, by, person)
    if not may_be_told(person, ticket.pk):
        raise Refused(_("%(name)s may not see this ticket: choose somebody else.") % {"name": person})
    if Watcher.objects.filter(ticket=ticket).exclude(user=person).count() >= MOST:
        raise Refused(_("A ticket has at most %(limit)s watchers.") % {"limit": MOST})
    _begin(ticket, by, person)


def watch_when_mentioned(*, ticket: Ticket, by: "User", people: "Iterable[User]") -> None:
    """Whom a note calls watch from now on, as long as there is room and its writer may add watchers; on a ticket that
    the caller has locked."""
    if not can_work(by, ticket):
        return
    watching = set(Watcher.objects.filter(ticket=ticket).values_list("user", flat=True))
    for person in people:
        if person.pk not in watching and len(watching) < MOST:
            watching.add(person.pk)
            _begin(ticket, by, person)


def _begin(ticket: Ticket, by: "User", person: "User") -> None:
    _watcher, is_new = Watcher.objects.get_or_create(ticket=ticket, user=person)
    if is_new:
        verb = "watching_begun" if person.pk == by.pk else "watcher_added"
        record(verb=verb, subject=ticket, by=by, person=person.pk)


@transaction.atomic
def unwatch(*, ticket: Ticket, by: "User", person: "User") -> None:
    """The person is told no more; one who is not watching stays so. Raises NotAllowed."""
    ticket = locked(ticket)
    _ensure_may(ticket, by, person)
    gone, _by_model = Watcher.objects.filter(ticket=ticket, user=person).delete()
    if gone:
        verb = "watching_ended" if person.pk == by.pk else "watcher_removed"
        record(verb=verb, subject=ticket, by=by, person=person.pk)


def _ensure_may(ticket: Ticket, by: "User", person: "User") -> None:
    ensure(can_watch(by, ticket) if by.pk == person.pk else can_work(by, ticket))
