"""How rooms above teach the outbox what to say and by which way.

`composers` by purpose, `transports` and `carriers` by the part of a route before the colon, `occasions` by the word
that choices and wordings keep; filled in `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.registries import Registry
from helpdesk.notifications.models import Delivery


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """What goes over the wire: the envelope's sender and the letter, alike for every recipient."""

    envelope_from: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Transport:
    """A server that takes our mail. `security` is `tls`, `starttls` or `plain`; no user name means no sign-in.

    `sender` and `sender_name` are whom mail by this way comes from when its purpose names nobody else. Times are in
    seconds: `timeout` for each step, `answer_timeout` for the answer after the data, which a server that scans mail
    may think over for long (RFC 5321, section 4.5.3.2.6).
    """

    host: str
    port: int
    security: str
    sender: str
    sender_name: str = ""
    username: str = ""
    password: str = ""
    verify_certificate: bool = True
    timeout: float = 30.0
    answer_timeout: float = 180.0


class Withdrawn(Refused):
    """What was to be said need not, or must not, be said any more: the rows are cancelled, which is no failure."""


Composer = Callable[[Sequence[Delivery]], OutgoingMail]
"""Writes the mail for these rows, which differ in nothing but their recipient. Raises Refused when it cannot be
written: the rows then fail with that reason; Withdrawn when it is not to go out."""

TransportOf = Callable[[str], Transport]
"""The transport of a route. Raises Refused when there is none (any more)."""

Carry = Callable[[Delivery], None]
"""Hands one row to its channel; returns when it was taken. Raises what `answers` has: RouteTrouble when nobody's goes
this way at present, Deferred, Rejected; Withdrawn when it is not to go out."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that people may be told of. `channels` are those it is told by as long as nobody chose others;
    `places` are the names that its wording may use, each with an example; `title` and `text` word it as long as the
    house has no words of its own (templates of such names, the same in every language)."""

    label: Any
    channels: frozenset[str]
    places: Mapping[str, Any]
    title: str
    text: str
    help: Any = field(default="")


composers: Registry[Composer] = Registry("composer")
carriers: Registry[Carry] = Registry("carrier")
occasions: Registry[Occasion] = Registry("occasion")
transports: Registry[TransportOf] = Registry("transport")
may_be_told: Registry[Callable[[User, int], bool]] = Registry("reader of notices")
"""By the label of a model (`tickets.ticket`), with the topic where the notice has one (`tickets.ticket.organisation`):
whether a person may be told, now, of the thing with this key."""
known_of: Registry[Callable[[User, Iterable[int]], set[int]]] = Registry("reader of many notices")
"""By the label of a model: of which of the things with these keys the person may know now, in one statement."""


def transport_of(route: str) -> Transport:
    """Raises KeyError for a route whose prefix nobody registered."""
    return transports[route.partition(":")[0]](route)
