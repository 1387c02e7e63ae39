"""The order of locks: ticket, then message, then outbox and raw mail. Actions that change a ticket begin here."""

from typing import Any

from django.db import models

from helpdesk.core.prepared import Prepared
from tickets.models import Ticket


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now with its requester, locked (the ticket alone) until the transaction ends.

    Raises Ticket.DoesNotExist when it is gone."""
    found = _locked(key=ticket.pk)
    if not found:
        raise Ticket.DoesNotExist
    return found[0]


def _build_locked(*, key: int) -> "models.QuerySet[Any]":
    found = Ticket.objects.select_for_update(of=("self",)).select_related("requester")
    return found.filter(pk=key).order_by("pk")


_locked: Prepared[Ticket] = Prepared(_build_locked)
