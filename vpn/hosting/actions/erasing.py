"""What the vault knows of a person who is erased."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from helpdesk.core.erasing import Erased, rewriting
from vpn.hosting.models import DropLink, Entry, EntryDoor, Grant, Reveal, RevealRequest, Secret, TemporaryAccess

_WORDS: dict[type[Model], tuple[str, ...]] = {
    Entry: ("name", "notes", "how_to_get_there"),
    Secret: ("label",),
    Grant: ("reason",),
    RevealRequest: ("reason",),
    DropLink: ("asked",),
    TemporaryAccess: ("reason",),
}
_WAYS_IN: tuple[tuple[type[Model], tuple[str, ...], Q], ...] = (
    (Entry, ("host", "url", "login"), Q(taken_out_at__isnull=False)),
    (EntryDoor, ("address", "login"), Q(removed_at__isnull=False)),
)
"""Needed as they are to come in, as long as somebody does."""
_HISTORIES = {"EntryEvent": ("name", "host", "url", "login"), "SecretEvent": ("label",), "GrantEvent": ("reason",)}


def forget(erased: Erased) -> None:
    """In the caller's transaction. Their names and addresses go out of what people wrote, and out of every history.
    Entries and secrets are their organisation's and stay; so does a login that is used, without which nobody comes in
    any more: of entries that were taken out and doors that were removed it goes."""
    for model, names in _WORDS.items():
        _take_out(model, names, erased)
    for model, names, unused in _WAYS_IN:
        _take_out(model, names, erased, unused)
    append_only: list[tuple[Any, tuple[str, ...]]] = [(Reveal, ("reason",))]
    append_only += [(apps.get_model("hosting", name), names) for name, names in _HISTORIES.items()]
    for kept, words in append_only:
        with rewriting(kept):
            _take_out(kept, words, erased)


def _take_out(model: Any, names: Iterable[str], erased: Erased, among: Q | None = None) -> None:
    for name in names:
        mentioned = Q()
        for word in erased.words:
            mentioned |= Q(**{f"{name}__icontains": word})
        if not mentioned:
            continue
        longest = model._meta.get_field(name).max_length
        for row in model.objects.filter(mentioned, among or Q()).order_by("pk").only("pk", name):
            model.objects.filter(pk=row.pk).update(**{name: erased.out_of(getattr(row, name))[:longest]})
