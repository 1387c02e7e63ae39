"""From what somebody writes in the box to hits they may see: what pages and programs call."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.paging import decode_cursor, encode_cursor
from helpdesk.search.engines import engine
from helpdesk.search.grammar import Narrowing, Wish, read_words
from helpdesk.search.protocol import Hit, Place, Question, Term
from helpdesk.search.registries import Meaning, Source, sources, words_of

Order = Literal["best", "latest"]
WANTED = 300
"""So many of the latest hits are weighed against each other."""
SIFTED = 100
"""So many where the index can't tell which things hold a condition."""
ROUNDS = 5
HALF_LIFE_DAYS = 120.0
FRESH_SHARE = 0.7
"""How much of a hit's weight its age can take."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was understood. `where` is asked of the thing a hit is shown under; `is_within` looks within one such thing;
    `refusals` say what was not understood and how to mend it: nothing is looked for then."""

    question: Question
    wish: Wish
    where: Q = field(default_factory=Q)
    is_within: bool = False
    refusals: tuple[str, ...] = ()

    @property
    def is_something(self) -> bool:
        return bool(self.wish.groups or self.wish.narrowings)


@dataclass(frozen=True, slots=True)
class Found:
    """One page: the best or latest hit of each thing under which there are some; `older` is the way on. With `since`
    nothing earlier was looked through: too much holds the words that were to stand together."""

    hits: list[Hit]
    older: str = ""
    since: datetime | None = None


def ask(source: str, *, reader: User, words: str) -> Asked:
    """What this reader asks for in these words. No statement but those of the narrowing words."""
    known = words_of(reader)
    wish = read_words(words, names=known)
    place = sources[source]
    question = Question(ContentType.objects.get_for_model(place.model).pk, wish.groups, marked=place.limits(reader))
    asked = Asked(question, wish)
    for each in wish.narrowings:
        try:
            meaning = known[each.name].read(reader, each.value)
            asked = _narrowed(asked, each, meaning)
        except Refused as refusal:
            asked = replace(asked, refusals=(*asked.refusals, str(refusal)))
    return asked


def find(source: str, *, reader: User, asked: Asked, order: Order = "best", cursor: str = "", size: int = 25) -> Found:
    """The page of hits at `cursor`, one hit for each thing; within one thing alone one for each document. A cursor that
    is not one of ours gives the first page. At most WANTED of the latest are weighed by `best`, with a condition that
    many things hold some SIFTED; `latest` goes back as far as there is something."""
    place = sources[source]
    if asked.refusals or not asked.is_something:
        return Found([])
    question = asked.question
    if asked.where and not asked.is_within:
        question = replace(question, only=place.narrow(reader, asked.where))
    asked, since = bounded(replace(asked, question=question))
    if order == "latest":
        return replace(_latest(place, reader, asked, cursor, size), since=since)
    hits = _gathered(place, reader, asked, None, SIFTED if asked.where and question.only is None else WANTED)
    weighed = sorted(hits, key=lambda hit: (-weight(hit, timezone.now()), -hit.key))
    page = _from(weighed if asked.is_within else first_of_each(weighed), _number(cursor), size)
    return replace(page, since=since if len(hits) < SIFTED else None)


def bounded(asked: Asked) -> tuple[Asked, datetime | None]:
    """What can be answered in a moment, and since when that is where it is not all: too much holds the words that were
    to stand together, or to be a sender's."""
    since = engine().reach(asked.question) if asked.is_something and not asked.refusals else None
    return (replace(asked, question=replace(asked.question, since=since)), since) if since else (asked, None)


def meant(source: str, *, reader: User, asked: Asked) -> dict[str, str]:
    """By what was written, a name that is written nearly so; only one by which this reader finds something, for names
    of the others are not theirs to know."""
    return {
        written: name
        for written, name in engine().alike(asked.question).items()
        if find(source, reader=reader, asked=ask(source, reader=reader, words=f'"{name}"'), size=1).hits
    }


def weight(hit: Hit, now: datetime) -> float:
    """How well it fits, less what age takes."""
    days = max(0.0, (now - hit.place[0]).total_seconds() / 86_400)
    return (hit.rank + 1e-6) * (1 - FRESH_SHARE + FRESH_SHARE * 0.5 ** (days / HALF_LIFE_DAYS))


def first_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit of each thing under which there are some."""
    found: dict[int, Hit] = {}
    for hit in hits:
        found.setdefault(hit.under, hit)
    return list(found.values())


def _latest(place: Source, reader: User, asked: Asked, cursor: str, size: int) -> Found:
    marks = decode_cursor(cursor) if cursor else None
    before: Place | None = (marks[1], marks[2]) if marks and marks[0] == "older" else None
    hits = _gathered(place, reader, asked, before, size + 1, is_each=not asked.is_within)
    if not asked.is_within:
        hits = first_of_each(hits)
        hits = hits if before is None else _not_shown_before(asked, hits, before)
    page = hits[:size]
    return Found(page, encode_cursor("older", *page[-1].place) if len(hits) > size else "")


def _gathered(
    place: Source, reader: User, asked: Asked, before: Place | None, wanted: int, *, is_each: bool = False
) -> list[Hit]:
    """The latest hits that the reader may see, enough of them or all that a few rounds bring."""
    kept: list[Hit] = []
    for _round in range(ROUNDS):
        batch = engine().matches(asked.question, before=before, limit=WANTED)
        kept += place.seen(reader, batch, asked.where)
        have = len(first_of_each(kept)) if is_each else len(kept)
        if len(batch) < WANTED or have >= wanted:
            break
        before = batch[-1].place
    return kept


def _not_shown_before(asked: Asked, hits: list[Hit], before: Place) -> list[Hit]:
    """Without things that an earlier page has shown by a later hit."""
    question = replace(asked.question, only=tuple(hit.under for hit in hits), since=before[0])
    later = engine().matches(question, before=None, limit=WANTED) if hits else []
    shown = {hit.under for hit in later if hit.place >= before}
    return [hit for hit in hits if hit.under not in shown]


def _from(hits: list[Hit], start: int, size: int) -> Found:
    end = start + size
    return Found(hits[start:end], str(end) if len(hits) > end else "")


def _number(cursor: str) -> int:
    return min(int(cursor), WANTED) if cursor.isascii() and cursor.isdigit() and len(cursor) < 5 else 0


def _narrowed(asked: Asked, each: Narrowing, meaning: Meaning) -> Asked:
    question = asked.question
    if meaning.marks is not None and each.is_out:
        question = replace(question, without=(*question.without, *meaning.marks))
    elif meaning.marks is not None:
        question = replace(question, marked=(*question.marked, meaning.marks))
    if meaning.said:
        term = Term(meaning.said, part=meaning.part, is_out=each.is_out)
        question = replace(question, always=(*question.always, term))
    if each.is_out and (meaning.since or meaning.until):
        raise Refused(
            _("Write “%(name)s:” without a minus: “before:” and “after:” say it both ways.") % {"name": each.name}
        )
    if meaning.since:
        question = replace(question, since=max(filter(None, (question.since, meaning.since))))
    if meaning.until:
        question = replace(question, until=min(filter(None, (question.until, meaning.until))))
    if meaning.under and each.is_out:
        question = replace(question, without=(*question.without, f"under:{meaning.under}"))
    elif meaning.under:
        question = replace(question, only=(meaning.under,))
    is_within = asked.is_within or question.only is not None
    where = ~meaning.where if each.is_out and meaning.where else meaning.where
    return replace(asked, question=question, where=asked.where & where, is_within=is_within)


def is_cursor(cursor: str, *, order: Order) -> bool:
    """Whether it is one that we gave for this order."""
    if order == "best":
        return _number(cursor) > 0
    found = decode_cursor(cursor)
    return found is not None and found[0] == "older" and 1990 <= found[1].year < 9999
