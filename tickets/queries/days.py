"""Stretches of days that a list is narrowed to, in the time zone of whoever looks."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?(\.\.)?([0-9]{4}-[0-9]{2}-[0-9]{2})?")
_BACK = re.compile(r"([1-9][0-9]{0,2})d")
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class Days:
    """From the beginning of `first` to the end of `last`, None for no bound; or with `back` that many days until now,
    today being the first of them."""

    first: date | None = None
    last: date | None = None
    back: int = 0

    @property
    def word(self) -> str:
        """What reads back as these days: `7d`, `2026-11-01..2026-11-21`, `2026-11-01..`, `2026-11-21`."""
        if self.back:
            return f"{self.back}d"
        if self.first is not None and self.first == self.last:
            return self.first.isoformat()
        return "..".join(day.isoformat() if day else "" for day in (self.first, self.last))

    def within(self, column: str) -> Q:
        """That the moment in this column is of these days."""
        where = Q()
        first = timezone.localdate() - timedelta(days=self.back - 1) if self.back else self.first
        if first is not None:
            where &= Q(**{f"{column}__gte": _beginning(first)})
        if self.last is not None:
            where &= Q(**{f"{column}__lt": _beginning(self.last + timedelta(days=1))})
        return where


def days_of(word: str) -> Days | None:
    """The days that a word names; None when it names none."""
    if back := _BACK.fullmatch(word):
        return Days(back=int(back[1]))
    found = _RANGE.fullmatch(word)
    if found is None or not (found[1] or found[3]) or (found[1] and found[3] and not found[2]):
        return None
    try:
        first, last = (date.fromisoformat(text) if text else None for text in (found[1], found[3]))
    except ValueError:
        return None
    if not found[2]:
        first = last = first or last
    years = {day.year for day in (first, last) if day}
    is_forward = first is None or last is None or first <= last
    return Days(first, last) if is_forward and all(year in _YEARS for year in years) else None


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
