"""Who gets what is said."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name
from tickets.models import Ticket
from tickets.queries.ticket_page import participants_of

_QUOTED_NAME = re.compile(r'"[^"]*"')
_NOBODY = re.compile(
    r"(mailer-?daemon|(?:do-?)?(?:no|not)[-_.]?reply|bounces?|majordomo|listserv|.+-(?:owner|bounces|request))"
    r"(?:[+\-_.=].*)?@.*|.+@(?:lists?\..+|(?:.+\.)?(?:googlegroups\.com|groups\.io|yahoogroups\.com)|(?:.+\.)?invalid)",
    re.IGNORECASE,
)


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

    def of(self, keeps: Callable[[Recipient], bool]) -> "Audience":
        """Those of them that are kept; without anybody in To the others are its To."""
        to, cc = [each for each in self.to if keeps(each)], [each for each in self.cc if keeps(each)]
        return Audience(to=to or cc, cc=cc if to else [])


def audience_of(ticket: Ticket, *, extra: Iterable[Recipient] = ()) -> Audience:
    """To the requester; copies to the active participants and to `extra`. Nobody who is switched off, and nobody whose
    address no person reads: without their requester it goes to the first of the others."""
    requester = ticket.requester
    people = [requester, *(participant.user for participant in participants_of(ticket))]
    asked = [Recipient(user.name, user.email, user) for user in people if user.email and user.is_active]
    reached: dict[str, Recipient] = {}
    for each in [*asked, *extra]:
        if is_read_by_people(each.address):
            reached.setdefault(each.address.lower(), each)
    to = [each for each in reached.values() if each.person == requester]
    copies = [each for each in reached.values() if each.person != requester]
    return Audience(to=to or copies[:1], cc=copies if to else copies[1:])


def is_read_by_people(address: str) -> bool:
    """False for the addresses of machines and mailing lists: an answer there reaches nobody, or everybody."""
    return _NOBODY.fullmatch(address) is None


def audiences_beside(audience: Audience, merged: Iterable[Ticket]) -> Iterator[tuple[Ticket, Audience]]:
    """Who else gets an answer that goes to `audience`: the people of each merged ticket who did not get it yet, where
    there are any."""
    reached = {person.address.lower() for person in audience.everybody}
    for ticket in merged:
        own = audience_of(ticket)
        to = [person for person in own.to if person.address.lower() not in reached]
        cc = [person for person in own.cc if person.address.lower() not in reached]
        reached |= {person.address.lower() for person in own.everybody}
        if to or cc:
            yield ticket, Audience(to=to or cc, cc=cc if to else [])


def read_addresses(line: str) -> list[Recipient]:
    """Addresses as people type or paste them (`Clara Weiss <clara@shop.example>`), separated by commas, semicolons or
    white space; names in front of them are left out.

    Raises Refused naming the bad one."""
    found = []
    for word in islice(_words(line), 50):
        address = clean_name(word).strip("<>").lower()
        try:
            validate_email(address)
        except ValidationError as error:
            raise Refused(_("“%(word)s” is not an e-mail address.") % {"word": word[:100]}) from error
        found.append(Recipient("", address))
    return found


def _words(line: str) -> Iterator[str]:
    """What is meant as an address: beside one in angle brackets, words without an @ are somebody's name."""
    for piece in re.split("[,;]", _QUOTED_NAME.sub(" ", line)):
        words = piece.replace("<", " <").split()
        has_name = any(word.startswith("<") for word in words)
        yield from (word for word in words if "@" in word or not has_name)
