"""Who has a ticket's page open, and who is writing on it: told to staff alone, kept in Valkey and nowhere else."""

from typing import TYPE_CHECKING

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.parts import part
from helpdesk.core.retrying import retrying
from helpdesk.notifications.live import bus
from helpdesk.notifications.live.channels import Channel, channels
from tickets.models import Ticket
from tickets.screens import CHANNEL, hears

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

LONGEST_NUMBER = 18
"""Digits."""


def register() -> None:
    channels.register(CHANNEL, Channel(may_listen=may_listen, show=show, hears=hears))


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
    if not people:
        return ""
    facts = [{"name": each.name, "writes": each.writes} for each in people]
    return part("tickets/desk/_present.html", {"people": facts})
