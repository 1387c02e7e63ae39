"""How rooms above teach the outbox what to say and by which way.

`composers` by purpose, `transports` by the part of a route before the colon; filled in `AppConfig.ready`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

composers: Registry[Composer] = Registry("composer")
transports: Registry[TransportOf] = Registry("transport")
may_be_told: Registry[Callable[[User, int], bool]] = Registry("reader of notices")
"""By the label of a model (`tickets.ticket`), with the topic where the notice has one (`tickets.ticket.organisation`):
whether a person may be told, now, of the thing with this key."""


def transport_of(route: str) -> Transport:
    """Raises KeyError for a route whose prefix nobody registered."""
    return transports[route.partition(":")[0]](route)
