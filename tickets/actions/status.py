"""Where a ticket stands, how urgent it is, what it is tagged."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused, ensure
from helpdesk.core.sanitising import clean_name
from tickets.actions.changing import Change, Facts, change_one, write_change
from tickets.actions.describing import not_described
from tickets.actions.locking import locked
from tickets.actions.relations import with_open_children
from tickets.actions.settling import SETTLED, settle
from tickets.enums import FINISHED, Priority, Status
from tickets.models import Ticket
from tickets.permissions import can_close_own, can_reopen_own

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MAX_TAGS = 20


@transaction.atomic
def change_status(*, ticket: Ticket, by: "User", status: str, is_confirmed: bool = False) -> Ticket:
    """Staff set the status. Setting what it is already changes and records nothing. Finishing a ticket whose children
    are not finished has to be confirmed. Raises NotAllowed, OpenChildren, Refused."""
    return change_one(ticket, by=by, change=to_status(status, is_confirmed=is_confirmed))


@transaction.atomic
def close(*, ticket: Ticket, by: "User") -> Ticket:
    """The customer says that the request is done with; it stays resolved, so that it can be reopened."""
    ticket = locked(ticket)
    ensure(can_close_own(by, ticket))
    return write_change(ticket, by=by, change=to_status(Status.RESOLVED))


@transaction.atomic
def reopen(*, ticket: Ticket, by: "User") -> Ticket:
    """The customer says that it is not done with."""
    ticket = locked(ticket)
    ensure(can_reopen_own(by, ticket))
    return write_change(ticket, by=by, change=to_status(Status.OPEN))


@transaction.atomic
def change_priority(*, ticket: Ticket, by: "User", priority: int) -> Ticket:
    """Raises NotAllowed, Refused."""
    return change_one(ticket, by=by, change=to_priority(priority))


@transaction.atomic
def change_tags(*, ticket: Ticket, by: "User", tags: Iterable[str], seen: Iterable[str] | None = None) -> Ticket:
    """The ticket has exactly these tags, lower case, in this order. With `seen`, the tags that the person changed, what
    others did to the tags meanwhile stays. Raises NotAllowed, Refused."""
    wanted = tags_of(tags)
    were = None if seen is None else tags_of(seen)

    def after(kept: list[str]) -> list[str]:
        if were is None or were == kept:
            return wanted
        stay = [tag for tag in kept if tag in wanted or tag not in were]
        return [*stay, *(tag for tag in wanted if tag not in were and tag not in stay)]

    return change_one(ticket, by=by, change=_tagging(after))


def to_status(status: str, *, is_confirmed: bool = False) -> Change:
    """The change that `change_status` makes. A child that is finished together with its parent keeps it from
    nothing."""

    def refusals(tickets: Sequence[Ticket], by: "User") -> Mapping[int, Refused]:
        finishing = [ticket for ticket in tickets if status in FINISHED and not ticket.is_finished]
        found = not_described(finishing)
        if not is_confirmed:
            found |= with_open_children([ticket for ticket in finishing if ticket.pk not in found], by=by)
        return found

    def make(ticket: Ticket) -> Facts | None:
        if status not in Status.values:
            raise Refused(_("There is no such status."))
        if status == ticket.status:
            return None
        now = timezone.now()
        before, ticket.status = ticket.status, status
        ticket.resolved_at = (ticket.resolved_at or now) if status in (Status.RESOLVED, Status.CLOSED) else None
        ticket.closed_at = now if status == Status.CLOSED else None
        ticket.active_at = now
        settle(ticket)
        return {"before": before, "after": status}

    return Change("status_changed", ("status", "resolved_at", "closed_at", "active_at", *SETTLED), make, refusals)


def to_priority(priority: int) -> Change:
    """The change that `change_priority` makes."""

    def make(ticket: Ticket) -> Facts | None:
        if priority not in Priority.values:
            raise Refused(_("There is no such priority."))
        if priority == ticket.priority:
            return None
        before, ticket.priority = ticket.priority, priority
        return {"before": before, "after": priority}

    return Change("priority_changed", ("priority",), make)


def adding_tags(tags: Iterable[str]) -> Change:
    """The ticket has these tags beside those it has."""
    more = tags_of(tags)
    return _tagging(lambda kept: list(dict.fromkeys([*kept, *more])))


def removing_tags(tags: Iterable[str]) -> Change:
    """The ticket has none of these tags."""
    fewer = set(tags_of(tags))
    return _tagging(lambda kept: [tag for tag in kept if tag not in fewer])


def _tagging(wanted_of: Callable[[list[str]], list[str]]) -> Change:
    def make(ticket: Ticket) -> Facts | None:
        before, wanted = ticket.tags, wanted_of(ticket.tags)
        if len(wanted) > MAX_TAGS:
            raise Refused(_("A ticket has at most %(limit)s tags.") % {"limit": MAX_TAGS})
        if wanted == before:
            return None
        ticket.tags = wanted
        return {"before": before, "after": wanted}

    return Change("tags_changed", ("tags",), make)


def tags_of(words: Iterable[str]) -> list[str]:
    """The words as tags, each once, in their order."""
    return list(dict.fromkeys(tag for tag in (tag_of(word) for word in words) if tag))


def tag_of(word: str) -> str:
    """A tag in its normal form: lower case, letters, digits and `. + # / : @ _ -`, at most 50 characters; may be ""."""
    return re.sub(r"[^\w.+#/:@-]+", "-", clean_name(word).strip().lower())[:50].strip("-")
