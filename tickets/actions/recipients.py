"""Who gets what is said."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name
from tickets.models import Participant, Ticket


@dataclass(frozen=True, slots=True)
class Recipient:
    """A name and an address; the person when we know them."""

    name: str
    address: str
    person: User | None = None

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address}


@dataclass(frozen=True, slots=True)
class Audience:
    """The To and the Cc of an answer, nobody twice."""

    to: list[Recipient]
    cc: list[Recipient]

    @property
    def everybody(self) -> list[Recipient]:
        return [*self.to, *self.cc]


def audience_of(ticket: Ticket, *, extra: Iterable[Recipient] = ()) -> Audience:
    """To the requester; copies to the active participants and to `extra`."""
    requester = ticket.requester
    people = [row.user for row in Participant.objects.filter(ticket=ticket, is_active=True).select_related("user")]
    to = [Recipient(requester.name, requester.email, requester)] if requester.email else []
    seen = {person.address for person in to}
    copies = []
    for candidate in [*(Recipient(user.name, user.email, user) for user in people if user.email), *extra]:
        if candidate.address not in seen:
            seen.add(candidate.address)
            copies.append(candidate)
    return Audience(to=to, cc=copies)


def read_addresses(line: str) -> list[Recipient]:
    """Addresses as people type them, separated by commas, semicolons or white space.

    Raises Refused naming the bad one."""
    found = []
    for word in line.replace(";", " ").replace(",", " ").split()[:50]:
        address = clean_name(word).strip("<>").lower()
        try:
            validate_email(address)
        except ValidationError as error:
            raise Refused(_("“%(word)s” is not an e-mail address.") % {"word": word[:100]}) from error
        found.append(Recipient("", address))
    return found
