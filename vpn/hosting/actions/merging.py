"""What of the vault changes hands when two customers turn out to be one: what they put in, and so see."""

from typing import Any

from helpdesk.accounts.models import User
from vpn.hosting.models import Entry, Secret

_OWN: dict[str, tuple[Any, str]] = {"entries": (Entry, "created_by"), "secrets": (Secret, "changed_by")}


def count(person: User) -> int:
    """How much there is, for the page that asks."""
    return sum(model.objects.filter(**{column: person}).count() for model, column in _OWN.values())


def move(merged: User, survivor: User) -> dict[str, list[int]]:
    """The keys of what the survivor put in from now on. In the merger's transaction."""
    return {name: _hand_over(name, survivor, **{column: merged}) for name, (_model, column) in _OWN.items()}


def give_back(merged: User, survivor: User, moved: Any) -> None:
    """Exactly that again; a secret that somebody else has changed since is theirs."""
    for name, (_model, column) in _OWN.items():
        _hand_over(name, merged, **{column: survivor, "pk__in": moved[name]})


def _hand_over(name: str, to: User, **which: Any) -> list[int]:
    model, column = _OWN[name]
    rows = model.objects.filter(**which).order_by("pk").select_for_update(of=("self",))
    keys: list[int] = list(rows.values_list("pk", flat=True))
    model.objects.filter(pk__in=keys).update(**{column: to})
    return keys
