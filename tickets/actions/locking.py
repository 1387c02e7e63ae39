"""The order of locks: ticket, then message, then outbox and raw mail. Actions that change a ticket begin here."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from helpdesk.core.prepared import Prepared
from tickets.models import Ticket, Watcher


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now with its requester and `is_watched`, locked (the ticket alone) until the transaction
    ends.

    Raises Ticket.DoesNotExist when it is gone."""
    found = _locked(key=ticket.pk)
    if not found:
        raise Ticket.DoesNotExist
    return found[0]


def _build_locked(*, key: int) -> "models.QuerySet[Any]":
    watching = Watcher.objects.filter(ticket=OuterRef("pk"))
    found = Ticket.objects.select_for_update(of=("self",)).select_related("requester")
    return found.annotate(is_watched=Exists(watching)).filter(pk=key).order_by("pk")


_locked: Prepared[Ticket] = Prepared(_build_locked)
