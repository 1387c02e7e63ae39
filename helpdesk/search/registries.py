"""What rooms bring to the search, each in its `AppConfig.ready`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from helpdesk.accounts.models import User
from helpdesk.core.registries import Registry
from helpdesk.search.protocol import Entry, Hit, Marked, Part


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of things with documents. `limits` are the marks that a reader's documents have, as far as marks can tell
    it; `seen` has the last word: the hits of these that the reader may see and whose thing fits the condition.
    `narrow` gives the keys under which hits can be shown at all under a condition, None when they are many. `entries`
    are the documents of the things with keys after the given one, at most so many, and `entries_of` those of the things
    with just these keys, as far as they are there; both locked against change where the caller writes them."""

    model: type[models.Model]
    limits: Callable[[User], Marked]
    seen: Callable[[User, Sequence[Hit], Q], list[Hit]]
    narrow: Callable[[User, Q], tuple[int, ...] | None]
    entries: Callable[[int, int], list[Entry]]
    entries_of: Callable[[Collection[int]], list[Entry]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word with its value asks of a document: one of `marks`; or `said` in this part; or a moment; or `where` of
    what it is shown under, which is not in the index; or to be shown under this one thing."""

    marks: tuple[str, ...] | None = None
    said: str = ""
    part: Part = ""
    since: datetime | None = None
    until: datetime | None = None
    where: Q = field(default_factory=Q)
    under: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A word in the box. `names` in every language, the first of them English; `read` gives the meaning of a value or
    raises Refused with a sentence; `offered` completes the beginning of one. `is_for` says who has the word."""

    names: tuple[str, ...]
    label: Any
    read: Callable[[User, str], Meaning]
    offered: Callable[[User, str], list[str]]
    is_for: Callable[[User], bool]


sources: Registry[Source] = Registry("source of the search")
words: Registry[Word] = Registry("word in the search box")
holders: Registry[Callable[[Collection[str]], None]] = Registry("room whose documents hold texts of files")
"""Writes the documents anew that hold texts of these contents, in transactions of its own; see `files`."""


def entries_of(kind: int, keys: Collection[int]) -> list[Entry]:
    """The documents of these things of a kind as they stand now; of those that are there and have a source. The caller
    has a transaction."""
    known = {ContentType.objects.get_for_model(source.model).pk: source for _name, source in sources.items()}
    return known[kind].entries_of(keys) if kind in known else []


def words_of(reader: User) -> dict[str, Word]:
    """By every name: the words that this reader may use."""
    return {name: word for _first, word in words.items() if word.is_for(reader) for name in word.names}
