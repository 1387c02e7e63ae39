"""What an engine of the search is asked and answers. Engines know no rooms: only documents, marks and words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Part = Literal["", "title", "sender", "names", "text"]
"""Where a word may stand; "" for anywhere."""
Place = tuple[datetime, int]
"""Where a document stands in the order by date: its moment and its own key."""
Marked = tuple[tuple[str, ...], ...]
"""Of each of these one mark at least: `(("team:1", "team:2"), ("public",))`. A choice of none lets nothing through."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase. `is_out`: documents with it are left out; `is_prefix`: words that begin so."""

    text: str
    part: Part = ""
    is_prefix: bool = False
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as its room tells it. `kind` and `key` name the thing, `under` what a hit is shown under; `at` is the
    thing's moment, which never changes."""

    kind: int
    key: int
    under: int
    at: datetime
    marks: tuple[str, ...]
    title: str
    sender: str
    names: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: in one of the `groups` every term, and all of `always`. `only` are the keys under which hits
    may be shown, None for any; `since` is included, `until` is not."""

    kind: int
    groups: tuple[tuple[Term, ...], ...] = ()
    always: tuple[Term, ...] = ()
    marked: Marked = ()
    without: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that answers: the thing, what it is shown under, its place, how well it fits (more is better)."""

    key: int
    under: int
    place: Place
    rank: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a snippet; `is_found` for what was looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind` of a difference between a thing and its document: missing, different, or surplus."""

    key: int
    kind: Literal["missing", "different", "surplus"]


class Engine(Protocol):
    """Keeps documents and answers questions. What is written in a transaction is found when it is committed, or at most
    a second later. An engine with a server of its own raises `core.errors.Away` where it needs it and gets no answer;
    writing never needs it."""

    is_elsewhere: bool
    """Whether documents are on a server of their own: no statement here can ask them by itself."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Write or replace these documents."""

    def remark(self, *, kind: int, names: Collection[str], marks: Mapping[int, Sequence[str]]) -> None:
        """Documents shown under these keys have these marks from now on, in the place of all marks that begin with one
        of the `names`."""

    def forget(self, *, kind: int, keys: Collection[int]) -> None:
        """These things are found no more."""

    def keep_only(self, keys: Collection[int], *, kind: int, after: int, upto: int | None) -> None:
        """Of the things with keys in (after, upto], or above where `upto` is None, no others are found."""

    def matches(self, question: Question, *, before: Place | None, limit: int) -> list[Hit]:
        """The latest `limit` documents that answer, latest first, those before the place alone. Fewer than `limit`:
        there are no more."""

    def must_read(self, question: Question) -> bool:
        """Whether the index alone can't tell what answers, so that documents are read one by one: another statement
        should ask for keys instead of asking by itself."""

    def reach(self, question: Question) -> datetime | None:
        """Since when documents can be looked through for it in a moment: None for all of them. What is asked beyond
        that may take as long as it takes."""

    def alike(self, question: Question) -> dict[str, str]:
        """For words of the question that are nobody's name or number: what they may have been meant to be."""

    def snippets(self, question: Question, texts: Sequence[tuple[str, str]]) -> list[tuple[list[Piece], list[Piece]]]:
        """Titles and texts of the hits of one page, with what was found marked; of texts only what stands round it."""

    def differences(self, entries: Sequence[Entry], *, kind: int, after: int, upto: int | None) -> list[Difference]:
        """What differs between these entries, which are all that there are with keys in (after, upto], and what is
        kept; `upto` None: and above."""

    def settle(self) -> None:
        """Bring over now what waits to be written. Outside of a transaction that wrote something."""

    def is_ready(self) -> bool:
        """Whether questions are answered now."""
