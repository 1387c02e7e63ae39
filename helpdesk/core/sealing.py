"""Sealing again, with the newest key, what older keys sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db.models import F, Model, TextField
from django.db.models.functions import Cast

from helpdesk.core.errors import Refused
from helpdesk.core.fields import EncryptedTextField, unseal

BATCH = 500


@dataclass(slots=True)
class Count:
    """Of one field: how many values the newest key seals, how many an older one did, and the keys of the rows that no
    key opens."""

    name: str
    newest: int = 0
    older: int = 0
    lost: list[int] = field(default_factory=list)


def sealed_fields() -> Iterator[tuple[type[Model], str]]:
    """Every field of the program that seals, by model."""
    for model in apps.get_models():
        for each in model._meta.local_concrete_fields:
            if isinstance(each, EncryptedTextField):
                yield model, each.name


def seal_again(model: type[Model], name: str, *, only_look: bool) -> Count:
    """Go through one field, a few hundred rows at a time, each in a statement of its own: stopped anywhere, it goes on
    when run again. A value that somebody changes meanwhile is left, since that sealed it with the newest key."""
    count = Count(f"{model._meta.label}.{name}")
    rows: Any = model._base_manager.annotate(sealed_text=Cast(F(name), TextField())).exclude(sealed_text="")
    rows = rows.exclude(sealed_text=None).order_by("pk")
    last: Any = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", "sealed_text")[:BATCH]):
        for key, text in batch:
            _one(rows, name, key, text, count, only_look)
        last = batch[-1][0]
    return count


def _one(rows: Any, name: str, key: Any, text: str, count: Count, only_look: bool) -> None:
    if _is_newest(text):
        count.newest += 1
        return
    try:
        plain = unseal(text)
    except Refused:
        count.lost.append(key)
        return
    count.older += 1
    if not only_look:
        rows.filter(pk=key, sealed_text=text).update(**{name: plain})


def _is_newest(text: str) -> bool:
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).decrypt(text.encode())
    except InvalidToken:
        return False
    return True
