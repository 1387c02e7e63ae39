"""What one intent does to a ticket, apart from how many tickets it is done to.

A `Change` holds the rule; `change_one` does it to one ticket, `tickets.actions.together`
to many in as few statements.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from tickets.actions.indexing import remark
from tickets.actions.locking import locked
from tickets.actions.news import tell_watchers
from tickets.enums import News
from tickets.models import Ticket
from tickets.permissions import ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

Facts = dict[str, Any]
NEWS = ("assigned", "team_changed", "status_changed", "priority_changed")
"""The journal's words for what watchers are told of."""


def _nothing_against_it(_tickets: Sequence[Ticket], _by: "User") -> Mapping[int, Refused]:
    return {}


@dataclass(frozen=True, slots=True)
class Change:
    """`verb` is the journal's word, `columns` what may be written. `make` changes a locked ticket in memory and gives
    the journal's facts, None when the ticket is so already; it raises Refused before it has changed anything.

    `refusals` are what keeps locked tickets from it, by their keys: asked for all of them at once, before `make`."""

    verb: str
    columns: tuple[str, ...]
    make: Callable[[Ticket], Facts | None]
    refusals: Callable[[Sequence[Ticket], "User"], Mapping[int, Refused]] = _nothing_against_it


def change_one(ticket: Ticket, *, by: "User", change: Change) -> Ticket:
    """Staff do it to one ticket, inside the caller's transaction. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if refusal := change.refusals([ticket], by).get(ticket.pk):
        raise refusal
    return write_change(ticket, by=by, change=change)


def write_change(ticket: Ticket, *, by: "User | None", change: Change) -> Ticket:
    """The same to a ticket that the caller has locked and may change, whatever is against it. `by` is None for the
    program itself."""
    facts = change.make(ticket)
    if facts is not None:
        ticket.save(update_fields=change.columns)
        if "team" in change.columns:
            remark([ticket])
        write_down(ticket, verb=change.verb, by=by, facts=facts)
        ticket_changed.send(sender=Ticket, ticket=ticket, change=change.verb)
    return ticket


def write_down(ticket: Ticket, *, verb: str, by: "User | None", facts: Facts, **more: Any) -> None:
    """A line in the journal with these facts and `more`, and what watchers are told."""
    record(verb=verb, subject=ticket, by=by, **facts, **more)
    if verb in NEWS:
        tell_watchers(ticket, News.CHANGED, verb=verb, by=by, after=facts["after"])
