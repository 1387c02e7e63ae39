"""What rooms above show of their things where a line names one; each registers its part in its `AppConfig.ready`."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.accounts.models import User
from helpdesk.core.registries import Registry


@dataclass(frozen=True, slots=True)
class Card:
    """A thing as one reader may see it. `status` is one of the component's, `note` stands at its end."""

    url: str
    label: str
    title: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class CardSource:
    """A kind of things that lines name: by `sign` and key (`#20481`), or by an address of this site whose path matches
    `path` (its group is the key). `cards` gives those of the keys that the reader may see, in one statement."""

    sign: str
    path: "re.Pattern[str]"
    cards: Callable[[User, Collection[str]], Mapping[str, Card]]


cards: Registry[CardSource] = Registry("kind of card in the chat")

Named = tuple[str, str]
"""A thing: the name of its source, and its key."""


def named_at(path: str) -> Named | None:
    """The thing that stands at this path of our own."""
    for name, source in cards.items():
        if found := source.path.fullmatch(path):
            return name, found[1]
    return None


def named_by(sign: str, key: str) -> Named | None:
    """The thing that is written so."""
    return next(((name, key) for name, source in cards.items() if source.sign == sign), None)


def cards_for(reader: User, named: Collection[Named]) -> dict[Named, Card]:
    """Those of the things that this reader may see; one statement for each kind that is named."""
    wanted: dict[str, set[str]] = {}
    for name, key in named:
        wanted.setdefault(name, set()).add(key)
    found: dict[Named, Any] = {}
    for name, keys in wanted.items():
        found |= {(name, key): card for key, card in cards[name].cards(reader, keys).items()}
    return found
