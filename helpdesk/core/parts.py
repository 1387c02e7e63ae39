"""Parts of pages that are printed again and again: the same values give the same HTML, so it is kept.

A part's template sees its values and nothing else: no request, no clock. What is kept is found by all of the values
(and the language and time zone), so it can't be stale; text that needs escaping and text that is safe never pass for
one another. What belongs to one request (its CSRF token, its nonce) is a *late* value: the part is kept with a mark in
its place, and each request puts its own there.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from secrets import token_hex
from threading import Lock
from typing import Any
from uuid import UUID

from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import get_language

MOST_BYTES = 12 * 1024 * 1024
"""So much HTML a process keeps; what was longest unused goes first. Some 4,000 messages or 10,000 rows."""


class Kept:
    """Printed parts by the digest of everything they were printed from, at most `most_bytes` of them."""

    def __init__(self, *, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._bytes = 0
        self._parts: OrderedDict[bytes, SafeString] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, key: bytes) -> SafeString | None:
        with self._lock:
            if (printed := self._parts.get(key)) is not None:
                self._parts.move_to_end(key)
            return printed

    def put(self, key: bytes, printed: SafeString) -> None:
        with self._lock:
            if key in self._parts:
                return
            self._parts[key] = printed
            self._bytes += sys.getsizeof(printed)
            while self._bytes > self.most_bytes:
                self._bytes -= sys.getsizeof(self._parts.popitem(last=False)[1])


_kept = Kept(most_bytes=MOST_BYTES)


def part(template: str, values: Mapping[str, Any], *, late: Mapping[str, object] | None = None) -> SafeString:
    """The template printed with these values: strings, numbers, booleans, dates, UUIDs, None, and lists and mappings
    of such. `late` values are put in at the end of every printing, escaped; the template may only print them.

    Raises TypeError for values of any other kind: what can change unseen can't be kept.
    """
    marks = {name: _mark(name) for name in late} if late else {}
    printed = part_of(template, (*marks, values), lambda: {**values, **marks})
    for name, mark in marks.items():
        if mark in printed:
            printed = mark_safe(printed.replace(mark, escape(late[name])))  # type: ignore[index]  # noqa: S308 - escaped
    return printed


def part_of(template: str, facts: Any, values: Callable[[], Mapping[str, Any]]) -> SafeString:
    """The template printed with what `values` makes of the facts, which is asked only when it is not kept yet.

    Nothing but the facts, the language and the time zone may go into the values. Raises TypeError as `part` does.
    """
    everything = (template, get_language(), timezone.get_current_timezone_name(), frozen(facts))
    key = blake2b(repr(everything).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    if (printed := _kept.get(key)) is None:
        found: Any = get_template(template)
        printed = SafeString(found.template.render(Context(dict(values()))))
        _kept.put(key, printed)
    return printed


def frozen(value: Any) -> Any:
    """The value in a form whose `repr` tells all of it: also safe text from text, and 1 from True."""
    kind = type(value)
    if value is None or kind in (str, int, bool) or isinstance(value, date | UUID):
        return value
    if isinstance(value, SafeData):
        return ("safe", str(value))
    if kind is dict:
        return {name: frozen(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [frozen(each) for each in value]
    raise TypeError(f"A part's values are plain; {kind.__name__} is not.")


@lru_cache(maxsize=64)
def _mark(name: str) -> str:
    """Stands for a late value in what is kept; nobody outside this process can know it, so nobody can write it."""
    return f"late-{name}-{token_hex(20)}"
