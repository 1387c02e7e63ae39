"""What is known around the mails of one batch: fetched together, and told what the batch itself adds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F

from helpdesk.accounts.actions.people import create_by_address, find_or_create_by_address
from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint, User
from helpdesk.core.deferring import write_soon
from tickets.mail.models import KnownId
from tickets.mail.parsing.types import ParsedMail
from tickets.models import Message, Ticket

MOST_REFERENCES = 100


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message that has the same Message-ID as the mail in hand."""

    message_id: int
    ticket_id: int
    content_hash: str


def nearest_first(parsed: ParsedMail) -> list[str]:
    """In-Reply-To, then References from the nearest parent back to the first, each once."""
    ordered = [*parsed.in_reply_to, *reversed(parsed.references[-MOST_REFERENCES:])]
    return list(dict.fromkeys(value for value in ordered if value))


class Knowledge:
    """Message-IDs and people that a batch of mails speaks of: two statements for all of them."""

    def __init__(self, mails: Sequence[ParsedMail]) -> None:
        self._tickets: dict[str, Ticket] = {}
        self._earlier: dict[str, list[Earlier]] = {}
        self._people: dict[str, User] = {}
        self._fetch_ids({value for mail in mails for value in (*nearest_first(mail), mail.message_id) if value})
        self._fetch_people({mail.from_.address.lower() for mail in mails if mail.from_ and mail.from_.address})

    def _fetch_ids(self, values: set[str]) -> None:
        if not values:
            return
        rows = KnownId.objects.filter(value__in=values).select_related("ticket")
        for row in rows.annotate(content_hash=F("message__content_hash")).order_by("pk"):
            self._tickets.setdefault(row.value, row.ticket)
            if row.message_id is not None:
                earlier = Earlier(row.message_id, row.ticket_id, row.content_hash or "")
                self._earlier.setdefault(row.value, []).append(earlier)

    def _fetch_people(self, addresses: set[str]) -> None:
        self._looked_up = addresses
        if not addresses:
            return
        points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value__in=addresses)
        for point in points.select_related("user__organisation").order_by("pk"):
            self._people[point.value] = point.user

    def ticket_of(self, message_id: str) -> Ticket | None:
        """The ticket that a Message-ID belongs to."""
        return self._tickets.get(message_id)

    def earlier(self, message_id: str) -> list[Earlier]:
        """Messages with this very Message-ID."""
        return self._earlier.get(message_id, [])

    def person(self, *, address: str, name: str) -> User:
        """The person of an address, made when new."""
        key = address.lower()
        if key not in self._people:
            make = create_by_address if key in self._looked_up else find_or_create_by_address
            self._people[key] = make(address=address, name=name)
        return self._people[key]

    def remember(self, message: Message, *, own: str, mentioned: Iterable[str]) -> None:
        """From now on `own` is the message's Message-ID, and the unknown ones it mentions lead to its ticket."""
        if own:
            self._add(own, message, KnownId(value=own, ticket_id=message.ticket_id, message_id=message.pk))
            earlier = Earlier(message.pk, message.ticket_id, message.content_hash)
            self._earlier.setdefault(own, []).append(earlier)
        for value in mentioned:
            if value not in self._tickets:
                self._add(value, message, KnownId(value=value, ticket_id=message.ticket_id))

    def _add(self, value: str, message: Message, row: KnownId) -> None:
        self._tickets.setdefault(value, message.ticket)
        write_soon(_insert_known_ids, row)


def _insert_known_ids(rows: list[KnownId]) -> None:
    KnownId.objects.bulk_create(rows)
