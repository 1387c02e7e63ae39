"""Taking somebody's names and addresses out of what others wrote."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Model

from helpdesk.core.registries import needed_files

SHORTEST_NAME = 5
APPEND_ONLY = "append_only"


@dataclass(frozen=True)
class Erased:
    """Whom, and by what they were known. Of names only full ones are looked for in others' words: "Will" is a word."""

    person: int
    pseudonym: str
    addresses: tuple[str, ...]
    names: tuple[str, ...]

    @cached_property
    def words(self) -> list[str]:
        """What is looked for, the longest first, and so as it stands in addresses of pages."""
        names = [name for name in self.names if " " in name.strip() and len(name) >= SHORTEST_NAME]
        plain = {*names, *self.addresses} - {""}
        return sorted(plain | {quote_plus(word) for word in plain}, key=lambda word: (-len(word), word))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, self.words)) or r"(?!)", re.IGNORECASE)

    def out_of(self, text: str) -> str:
        """With the pseudonym in their place."""
        return self._pattern.sub(self.pseudonym, text)

    def masked(self, text: str) -> str:
        """With as many dots in their place, for texts whose characters are counted."""
        return self._pattern.sub(lambda found: "•" * len(found[0]), text)

    def out_of_value(self, value: Any) -> Any:
        """The same for a JSON value, keys left as they are."""
        if isinstance(value, str):
            return self.out_of(value)
        if isinstance(value, list):
            return [self.out_of_value(each) for each in value]
        if isinstance(value, dict):
            return {key: self.out_of_value(each) for key, each in value.items()}
        return value


def drop_files(names: Iterable[str]) -> None:
    """When the transaction ends: the files of the store that no row points at any more."""
    wanted = set(names) - {""}
    transaction.on_commit(lambda: _drop(wanted))


def _drop(names: set[str]) -> None:
    for _room, needed in needed_files.items():
        names = names - needed(names)
    for name in sorted(names):
        default_storage.delete(name)


@contextmanager
def rewriting(model: type[Model]) -> Iterator[None]:
    """Inside the block the database lets an append-only table change, for this transaction alone.

    Only erasing a person and masking a secret may do that: `tests/helpdesk/core/test_erasing.py` names who uses it.
    Said to the trigger in a statement of its own, because pgtrigger's `ignore` puts two into one, which a bound
    statement can't be.
    """
    (trigger,) = [each for each in model._meta.triggers if each.name == APPEND_ONLY]  # type: ignore[attr-defined]
    _ignore([trigger.get_pgid(model)])
    yield
    _ignore([])


def _ignore(triggers: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{','.join(triggers)}}}"])
