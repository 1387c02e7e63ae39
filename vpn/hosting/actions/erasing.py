"""What the vault knows of a person who is erased."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from helpdesk.core.erasing import Erased, rewriting
from vpn.hosting.models import DropLink, Entry, Grant, Reveal, RevealRequest, Secret

_WORDS: dict[type[Model], tuple[str, ...]] = {
    Entry: ("name", "notes", "how_to_get_there"),
    Secret: ("label",),
    Grant: ("reason",),
    RevealRequest: ("reason",),
    DropLink: ("asked",),
}
_HISTORIES = {"EntryEvent": ("name",), "SecretEvent": ("label",), "GrantEvent": ("reason",)}


def forget(erased: Erased) -> None:
    """In the caller's transaction. Their names go out of what people wrote; entries and secrets are their
    organisation's and stay, logins too, without which nobody comes in any more."""
    for model, names in _WORDS.items():
        _take_out(model, names, erased)
    append_only: list[tuple[Any, tuple[str, ...]]] = [(Reveal, ("reason",))]
    append_only += [(apps.get_model("hosting", name), names) for name, names in _HISTORIES.items()]
    for kept, words in append_only:
        with rewriting(kept):
            _take_out(kept, words, erased)


def _take_out(model: Any, names: Iterable[str], erased: Erased) -> None:
    for name in names:
        mentioned = Q()
        for word in erased.words:
            mentioned |= Q(**{f"{name}__icontains": word})
        if not mentioned:
            continue
        longest = model._meta.get_field(name).max_length
        for row in model.objects.filter(mentioned).order_by("pk").only("pk", name):
            model.objects.filter(pk=row.pk).update(**{name: erased.out_of(getattr(row, name))[:longest]})
