"""Which mailbox answers for a ticket, and which addresses are our own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from helpdesk.core.errors import Refused
from helpdesk.core.mime import ascii_address
from helpdesk.core.prepared import Prepared
from helpdesk.notifications.registries import Transport, transport_of
from tickets.mail.models import Mailbox, MailThread
from tickets.models import Ticket

SITE_ROUTE = "site"


@dataclass(frozen=True, slots=True)
class Routing:
    """The way out for a ticket. Without a mailbox the installation's own server and address serve."""

    mailbox: Mailbox | None
    own_addresses: frozenset[str]

    @property
    def route(self) -> str:
        return self.mailbox.route if self.mailbox else SITE_ROUTE

    @property
    def domain(self) -> str:
        """The domain of the Message-IDs we give, in ASCII."""
        address = self.mailbox.address if self.mailbox else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        return (ascii_address(address) or address).rpartition("@")[2] or "localhost"

    def is_ours(self, address: str) -> bool:
        """Whether mail to it would come back to us, also with a plus part."""
        local, _, domain = address.lower().rpartition("@")
        return bool({address.lower(), f"{local.partition('+')[0]}@{domain}"} & self.own_addresses)


def routing_of(ticket: Ticket) -> Routing:
    """The mailbox the ticket came by, else the default one, else the only active one. One statement."""
    mailboxes = _mailboxes(ticket=ticket.pk)
    addresses = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()}
    for mailbox in mailboxes:
        addresses |= mailbox.addresses
    return Routing(_chosen(mailboxes), frozenset(addresses))


def _build_mailboxes(*, ticket: int) -> "models.QuerySet[Any]":
    own = Exists(MailThread.objects.filter(ticket=ticket, mailbox=OuterRef("pk")))
    return Mailbox.objects.without_secrets().annotate(is_own=own).order_by("pk")


_mailboxes: Prepared[Mailbox] = Prepared(_build_mailboxes)


def _chosen(mailboxes: Sequence[Mailbox]) -> Mailbox | None:
    active = [mailbox for mailbox in mailboxes if mailbox.is_active]
    own = [mailbox for mailbox in mailboxes if getattr(mailbox, "is_own", False)]
    defaults = [mailbox for mailbox in active if mailbox.is_default]
    for candidates in (own, defaults, active if len(active) == 1 else []):
        if candidates:
            return candidates[0]
    return None


def mailbox_of(route: str) -> Mailbox | None:
    """The mailbox of a route of ours; None for the installation's own. Raises Refused when it is gone."""
    prefix, _, key = route.partition(":")
    if prefix != "mailbox":
        return None
    mailbox = Mailbox.objects.filter(pk=int(key)).first()
    if mailbox is None:
        raise Refused("the mailbox that this was to be sent by is gone")
    return mailbox


def mailbox_transport(route: str) -> Transport:
    """The mailbox's own outgoing server; the installation's, under the mailbox's name, when it has none."""
    mailbox = mailbox_of(route)
    if mailbox is None:
        raise Refused("no mailbox has this route")
    site = replace(
        transport_of(SITE_ROUTE), sender=mailbox.address, sender_name=mailbox.from_name or settings.SITE_NAME
    )
    if not mailbox.out_host:
        return site
    return replace(
        site,
        host=mailbox.out_host,
        port=mailbox.out_port,
        security=mailbox.out_security,
        username=mailbox.out_username,
        password=mailbox.out_password or "",
        verify_certificate=mailbox.verify_certificate,
    )
