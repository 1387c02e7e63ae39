"""Parts of pages that are printed again and again: the same values give the same HTML, so it is kept.

A part's template sees its values and nothing else: no request, no CSRF token, no clock. What is kept is found by all
of the values (and the language and time zone), so it can't be stale; text that needs escaping and text that is safe
never pass for one another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import get_language

MOST = 2048
"""So many parts a process keeps, the longest unused go first: some 20 MB of messages, or 3 MB of rows."""


@dataclass(frozen=True, slots=True)
class Printing:
    """One part to print; equal to another exactly when it prints the same."""

    template: str
    language: str | None
    zone: str
    key: Any
    values: Mapping[str, Any] = field(compare=False)


def part(template: str, values: Mapping[str, Any]) -> SafeString:
    """The template printed with these values: strings, numbers, booleans, None, and lists and mappings of such.

    Raises TypeError for values of any other kind: what can change unseen can't be kept.
    """
    return _printed(
        Printing(template, get_language(), timezone.get_current_timezone_name(), frozen(values), dict(values))
    )


def frozen(value: Any) -> Any:
    """The value as a hashable that also tells safe text from text, and 1 from True."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is int or kind is bool:
        return (kind, value)
    if isinstance(value, SafeData):
        return (SafeData, str(value))
    if kind is dict:
        return tuple((name, frozen(each)) for name, each in value.items())
    if kind is list or kind is tuple:
        return (list, *(frozen(each) for each in value))
    raise TypeError(f"A part's values are plain; {kind.__name__} is not.")


@lru_cache(maxsize=MOST)
def _printed(printing: Printing) -> SafeString:
    template: Any = get_template(printing.template)
    return SafeString(template.template.render(Context(dict(printing.values))))
