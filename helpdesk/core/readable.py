"""Times, sizes and people as short text a person reads at a glance.

Pure functions: no query, no request. Times are aware datetimes and come out in the current time zone
and language; `now` may be given so that a page (or a test) measures all its times from one moment.
"""

import zlib
from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

HUES = 12
"""How many avatar hues the style sheets have: classes `hue-0` to `hue-11`."""

TimeStyle = Literal["short", "long", "relative"]

_FILE_KINDS = {
    "application/pdf": "file-text",
    "application/zip": "file-archive",
    "application/gzip": "file-archive",
    "application/x-7z-compressed": "file-archive",
    "application/vnd.rar": "file-archive",
    "application/x-rar-compressed": "file-archive",
    "application/x-tar": "file-archive",
    "application/msword": "file-text",
    "application/rtf": "file-text",
    "application/vnd.ms-excel": "file-sheet",
    "text/csv": "file-sheet",
    "text/html": "file-code",
    "text/calendar": "file-date",
    "message/rfc822": "mail",
}
_FILE_FAMILIES = (
    ("image/", "file-image"),
    ("audio/", "file-media"),
    ("video/", "file-media"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "file-sheet"),
    ("application/vnd.oasis.opendocument.spreadsheet", "file-sheet"),
    ("application/vnd.openxmlformats-officedocument", "file-text"),
    ("application/vnd.oasis.opendocument", "file-text"),
    ("text/", "file-text"),
)


def initials(name: str) -> str:
    """One or two capital letters for an avatar; `?` where the name has no letter or digit."""
    firsts = [word[0] for word in _words(name)]
    return "".join(firsts[:1] + firsts[1:][-1:]).upper() or "?"


def hue(key: str) -> int:
    """A number from 0 to 11 that stays the same for the same key (an address, an id) for ever."""
    return zlib.crc32(key.casefold().encode()) % HUES


def size(count: int) -> str:
    """`count` bytes in steps of 1,024: `640 B`, `184 KB`, `1.4 MB`."""
    if count < 1024:
        return gettext("%(number)s B") % {"number": count}
    units = (gettext("%(number)s KB"), gettext("%(number)s MB"), gettext("%(number)s GB"))
    amount = count / 1024
    for unit in units[:-1]:
        if round(amount) < 1024:
            return unit % {"number": _short_number(amount)}
        amount /= 1024
    return units[-1] % {"number": _short_number(amount)}


def moment(at: datetime, *, style: TimeStyle = "long", now: datetime | None = None) -> str:
    """`at` as people write it.

    short: `14:05` today, `Yesterday`, `2 Nov`, `2 Nov 2025` (a column of a list);
    long: `Today 14:05`, `Yesterday 14:05`, `2 Nov 14:05` (the head of a message);
    relative: `just now`, `17 minutes ago`, `3 hours ago`, then as long.
    """
    here, today = timezone.localtime(at), timezone.localtime(now or timezone.now())
    if style == "relative" and (text := _ago((today - here).total_seconds())):
        return text
    clock = date_text(here, "H:i")
    days = (today.date() - here.date()).days
    if days == 0:
        return clock if style == "short" else gettext("Today %(time)s") % {"time": clock}
    if days == 1:
        return gettext("Yesterday") if style == "short" else gettext("Yesterday %(time)s") % {"time": clock}
    day = _day(here, today)
    return day if style == "short" else f"{day} {clock}"


def until(at: datetime, *, now: datetime | None = None) -> str:
    """A moment to come: `until 14:05`, `until tomorrow 9:00`, `until Monday 9:00`, `until 2 Dec 9:00`."""
    here, today = timezone.localtime(at), timezone.localtime(now or timezone.now())
    clock = {"time": date_text(here, "G:i")}
    days = (here.date() - today.date()).days
    if days == 0:
        return gettext("until %(time)s") % clock
    if days == 1:
        return gettext("until tomorrow %(time)s") % clock
    if 1 < days < 7:
        # Whole sentences: in many languages the word for the day has another form after "until".
        return (
            gettext("until Monday %(time)s"),
            gettext("until Tuesday %(time)s"),
            gettext("until Wednesday %(time)s"),
            gettext("until Thursday %(time)s"),
            gettext("until Friday %(time)s"),
            gettext("until Saturday %(time)s"),
            gettext("until Sunday %(time)s"),
        )[here.weekday()] % clock
    return gettext("until %(day)s %(time)s") % {"day": _day(here, today), **clock}


def full_moment(at: datetime) -> str:
    """`at` with nothing left out: day, month, year, time and zone."""
    return date_text(timezone.localtime(at), "j E Y, H:i T")


def file_icon(content_type: str) -> str:
    """The name of the icon for a file of this media type; unknown types get a plain sheet."""
    bare = content_type.partition(";")[0].strip().lower()
    if bare in _FILE_KINDS:
        return _FILE_KINDS[bare]
    return next((name for prefix, name in _FILE_FAMILIES if bare.startswith(prefix)), "file")


def _day(here: datetime, today: datetime) -> str:
    # Not "M": a Russian month after a number is in the genitive, and its first letters differ ("2 мая", not "2 май").
    return f"{here.day} {date_text(here, 'E')[:3]}" + (f" {here.year}" if here.year != today.year else "")


def _words(name: str) -> list[str]:
    local = name.partition("@")[0] if " " not in name else name
    spaced = "".join(letter if letter.isalnum() else " " for letter in local)
    return spaced.split()


def _short_number(amount: float) -> str:
    places = 1 if amount < 10 and round(amount, 1) != round(amount) else 0
    return number_format(round(amount, places), decimal_pos=places)


def _ago(seconds: float) -> str:
    """Text for the last 24 hours, empty for everything else (the future included)."""
    if not -60 < seconds < 86_400:
        return ""
    minutes = int(seconds // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    hours = minutes // 60
    return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
