"""The order of locks: the ticket others are merged into, then the merged one, then message, then outbox and raw mail.
Actions that change a ticket begin here."""

from typing import Any

from django.db import models

from helpdesk.core.prepared import Among, Prepared
from tickets.models import Ticket


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now with its requester, locked (the ticket alone, and before it the one it is merged
    into) until the transaction ends.

    Raises Ticket.DoesNotExist when it is gone."""
    if ticket.merged_into_id is not None:
        _locked(key=ticket.merged_into_id)
    return _one(ticket.pk)


def locked_where_worked(ticket: Ticket) -> Ticket:
    """The ticket on which a locked ticket is worked, locked as well: itself, unless it is merged."""
    return ticket if ticket.merged_into_id is None else _one(ticket.merged_into_id)


def locked_both(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Two tickets as they stand now, locked in the order of their keys. Raises Ticket.DoesNotExist."""
    found = {ticket.pk: ticket for ticket in _locked_among(keys=[one.pk, other.pk])}
    if len(found) < len({one.pk, other.pk}):
        raise Ticket.DoesNotExist
    return found[one.pk], found[other.pk]


def locked_merged_into(ticket: Ticket) -> list[Ticket]:
    """The tickets that are merged into a locked one, locked as well."""
    return _locked_merged(key=ticket.pk)


def _one(key: int) -> Ticket:
    found = _locked(key=key)
    if not found:
        raise Ticket.DoesNotExist
    return found[0]


def _locking() -> "models.QuerySet[Any]":
    return Ticket.objects.select_for_update(of=("self",)).select_related("requester").order_by("pk")


def _build_locked(*, key: int) -> "models.QuerySet[Any]":
    return _locking().filter(pk=key)


def _build_locked_among(*, keys: list[int]) -> "models.QuerySet[Any]":
    return _locking().filter(Among(models.F("pk"), keys))


def _build_locked_merged(*, key: int) -> "models.QuerySet[Any]":
    return _locking().filter(merged_into=key)


_locked: Prepared[Ticket] = Prepared(_build_locked)
_locked_among: Prepared[Ticket] = Prepared(_build_locked_among)
_locked_merged: Prepared[Ticket] = Prepared(_build_locked_merged)
