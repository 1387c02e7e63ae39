"""Who has a ticket's page open, and who is writing on it: told to staff alone, kept in Valkey and nowhere else."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.parts import part
from helpdesk.core.retrying import retrying
from helpdesk.notifications.live import bus
from helpdesk.notifications.live.channels import Channel, channels
from tickets.models import Ticket
from tickets.screens import CHANNEL, NUMBERED, changes_of, hears

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

LONGEST_NUMBER = 18
"""Digits."""
MOST_OF_A_ROW = 3
"""So many people are shown in a row of a list."""


def register() -> None:
    channel = Channel(may_listen=may_listen, show=show, hears=hears, mark=mark, heard_by=heard_by)
    channels.register(CHANNEL, channel)


def may_listen(user: "User", number: str) -> bool:
    """Staff, on tickets they may see; customers never learn who looks at their requests."""
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return False
    if not user.can(Capability.ENTER_DESK):
        return False
    return retrying(lambda: Ticket.objects.visible_to(user).filter(number=int(number)).exists())


def tell(*, ticket: Ticket, by: "User", kind: str, is_writing: bool) -> None:
    """The person is writing something of this kind (a composer's), or has stopped. Never raises for Valkey's sake."""
    channel = f"{CHANNEL}:{ticket.number}"
    if is_writing:
        bus.write(channel, pk=by.pk, kind=kind)
    else:
        bus.stop_writing(channel, pk=by.pk, kind=kind)


def show(people: list[bus.Present]) -> str:
    """What the ticket's head says of the others, in the language that is active; "" when there is nobody."""
    return part("tickets/desk/_present.html", {"people": _facts(people)}) if people else ""


def mark(people: Sequence[bus.Present]) -> str:
    """The same as a row of a list says it."""
    return part("tickets/desk/_row_here.html", {"people": _facts(people[:MOST_OF_A_ROW])}) if people else ""


def heard_by(numbers: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """On which channels those are who may see the tickets with these numbers, in one statement."""
    return {change.word: change.channels for change in changes_of([f"{NUMBERED}{each}" for each in numbers]).values()}


def beside(numbers: Sequence[int], *, reader: "User") -> Mapping[int, list[dict[str, str]]]:
    """Who else is on these tickets, for the rows of a list that show them: one round trip to Valkey and no statement;
    nobody while it is away."""
    found = bus.faces([f"{CHANNEL}:{number}" for number in numbers])
    others = {channel: [each for each in people if each.pk != reader.pk] for channel, people in found.items()}
    return {int(channel.partition(":")[2]): _facts(people[:MOST_OF_A_ROW]) for channel, people in others.items()}


def _facts(people: Sequence[bus.Present]) -> list[dict[str, str]]:
    return [{"name": each.name, "writes": each.writes} for each in people]
