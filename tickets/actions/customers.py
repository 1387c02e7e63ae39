"""What changes hands on tickets when two people turn out to be one (`helpdesk.accounts.actions.merging`).

Messages stay their writer's: they say who wrote from which address, whoever that turned out to be.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tickets.actions.indexing import remark
from tickets.models import Participant, Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


def count_asked(person: "User") -> int:
    return Ticket.objects.filter(requester=person).count()


def move_asked(merged: "User", survivor: "User") -> list[int]:
    """The survivor is the requester of all that `merged` asked. Returns the keys of these tickets."""
    keys = _locked(Ticket.objects.filter(requester=merged))
    _ask(keys, survivor)
    return keys


def give_back_asked(merged: "User", survivor: "User", moved: list[int]) -> None:
    """As far as the survivor is still the requester."""
    keys = _locked(Ticket.objects.filter(pk__in=moved, requester=survivor))
    _ask(keys, merged)


def count_taking_part(person: "User") -> int:
    return Participant.objects.filter(user=person, is_active=True).count()


def move_taking_part(merged: "User", survivor: "User") -> dict[str, list[int]]:
    """The survivor takes part where `merged` did, once, and not where they are the requester.

    Returns the keys of the participations that changed hands, of those that ended, of those that began again. Comes
    after `move_asked`.
    """
    parts = list(Participant.objects.filter(user=merged).order_by("pk").select_for_update(of=("self",)))
    tickets = [part.ticket_id for part in parts]
    kept = {part.ticket_id: part for part in Participant.objects.filter(user=survivor, ticket__in=tickets)}
    asked = set(Ticket.objects.filter(requester=survivor, pk__in=tickets).values_list("pk", flat=True))
    moved = [part.pk for part in parts if part.ticket_id not in kept and part.ticket_id not in asked]
    left = [part for part in parts if part.pk not in set(moved) and part.is_active]
    begun = [kept[part.ticket_id].pk for part in left if _begins(kept.get(part.ticket_id), asked)]
    own = Participant.objects.filter(user=survivor, is_active=True, ticket__requester=survivor)
    ended = sorted({*(part.pk for part in left), *own.values_list("pk", flat=True)})
    Participant.objects.filter(pk__in=moved).update(user=survivor)
    Participant.objects.filter(pk__in=ended).update(is_active=False)
    Participant.objects.filter(pk__in=begun).update(is_active=True)
    return {"moved": moved, "ended": ended, "begun": begun}


def give_back_taking_part(merged: "User", survivor: "User", moved: dict[str, list[int]]) -> None:
    """Exactly what `move_taking_part` did, undone; comes after `give_back_asked`."""
    Participant.objects.filter(pk__in=moved["moved"], user=survivor).update(user=merged)
    Participant.objects.filter(pk__in=moved["ended"]).update(is_active=True)
    Participant.objects.filter(pk__in=moved["begun"]).update(is_active=False)


def _ask(keys: list[int], requester: "User") -> None:
    Ticket.objects.filter(pk__in=keys).update(requester=requester)
    remark(Ticket.objects.filter(pk__in=keys).only("team", "requester", "organisation"))


def _begins(kept: Participant | None, asked: set[int]) -> bool:
    return kept is not None and not kept.is_active and kept.ticket_id not in asked


def _locked(rows: Any) -> list[int]:
    keys: Iterable[int] = rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    return list(keys)
