"""Names in double braces that the wording of a notice holds, and what stands in their places.

Replaced once, by plain text, from the closed list that belongs to the occasion: nothing is looked up by a name that
somebody wrote, nothing is computed, and what a customer wrote is never read as a template.
"""

import re
from collections.abc import Iterable, Mapping

from helpdesk.core.sanitising import clean_name
from helpdesk.notifications.models import Wording
from helpdesk.notifications.registries import occasions

_PLACE = re.compile(r"\{\{ ?([a-z._]{1,40}) ?\}\}")
MOST_TITLE = 200
MOST_TEXT = 2000

Said = tuple[str, str]
"""A title and a text."""


def unknown_in(text: str, *, occasion: str) -> list[str]:
    """The names of the text that this occasion does not have, each once."""
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name not in occasions[occasion].places))


def filled(text: str, facts: Mapping[str, str], *, occasion: str) -> str:
    """The text with the facts in their places; a name that is not of the occasion stands as it is written."""
    known = occasions[occasion].places

    def value(match: re.Match[str]) -> str:
        return str(facts.get(match[1], "")) if match[1] in known else match[0]

    return _PLACE.sub(value, text)


def worded(template: Said, facts: Mapping[str, str], *, occasion: str) -> Said:
    """Title and text as people read them: the title on one line, both no longer than they may be."""
    title, text = (filled(each, facts, occasion=occasion) for each in template)
    return clean_name(title)[:MOST_TITLE] or "–", text.replace("\0", "").strip()[:MOST_TEXT]


class Words:
    """The words of the house for some occasions, read in one statement, and the program's own for all others."""

    def __init__(self, wanted: Iterable[str]) -> None:
        rows = Wording.objects.filter(occasion__in=set(wanted)).order_by("pk")
        self._own = {(row.occasion, row.language): (row.title, row.text) for row in rows}

    def of(self, occasion: str, language: str) -> Said:
        usual = occasions[occasion]
        return self._own.get((occasion, language)) or (usual.title, usual.text)
