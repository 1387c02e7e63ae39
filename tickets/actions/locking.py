"""The order of locks: the ticket others are merged into, then the merged one, then message, then outbox and raw mail.
Actions that change a ticket begin here."""

from typing import Any

from django.db import models

from helpdesk.core.prepared import Among, Prepared
from tickets.models import Ticket


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now with its requester, locked (the ticket alone, and before it the one
    it is merged into) until the transaction ends.

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


def locked_with_merged(ticket: Ticket) -> tuple[Ticket, list[Ticket]]:
    """The ticket as it stands now and those that are merged into it, locked in one statement. Raises
    Ticket.DoesNotExist.

    One whose merging ends while this waits is not among them, as if the lock had come before the merging."""
    found = {each.pk: each for each in _locked_with_merged(key=ticket.pk)}
    if ticket.pk not in found:
        raise Ticket.DoesNotExist
    return found.pop(ticket.pk), list(found.values())


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


def _build_locked_with_merged(*, key: int) -> "models.QuerySet[Any]":
    found = _locking().filter(models.Q(pk=key) | models.Q(merged_into=key))
    return found.order_by(models.F("merged_into").asc(nulls_first=True), "pk")


_locked: Prepared[Ticket] = Prepared(_build_locked)
_locked_among: Prepared[Ticket] = Prepared(_build_locked_among)
_locked_with_merged: Prepared[Ticket] = Prepared(_build_locked_with_merged)
