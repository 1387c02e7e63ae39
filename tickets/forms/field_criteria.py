"""Category and fields among the words of a list's URL.

`category=hosting` (or `none`), `field.domain=shop.example`, and for numbers and dates from–to: `field.pages=5..20`,
`field.due=2026-01-01..`, `field.pages=..20`.
"""

from collections.abc import Callable, Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _

from tickets.enums import FieldKind
from tickets.fields import Definition, Definitions, Misfit, read, told
from tickets.fields.values import raw_of
from tickets.queries.definitions import current_definitions
from tickets.queries.field_criteria import FieldCriteria, Wanted

PREFIX = "field."
NONE = "none"
RANGE = ".."
MOST_WANTED = 20
_RANGED = (FieldKind.WHOLE, FieldKind.DECIMAL, FieldKind.DATE)


def read_field_criteria(
    params: QueryDict, *, known: Callable[[], Definitions] = current_definitions
) -> tuple[FieldCriteria, list[str]]:
    """What the URL's words ask of category and fields, and the names of those that mean nothing here. Where none is
    there, `known` is not asked."""
    categories = list(dict.fromkeys(filter(None, params.getlist("category"))))
    asked = [(name, word) for name in params if name.startswith(PREFIX) for word in params.getlist(name) if word]
    if not categories and not asked:
        return FieldCriteria(), []
    definitions = known()
    found = [definitions.category_called(key) for key in categories]
    missed = (
        ["category"] if any(each is None and key != NONE for each, key in zip(found, categories, strict=True)) else []
    )
    wanted = list[Wanted]()
    for name, word in asked[:MOST_WANTED]:
        field = definitions.field_called(name.removeprefix(PREFIX))
        understood = _wanted(field, word) if field else None
        if understood is None:
            missed.append(name)
        elif understood not in wanted:
            wanted.append(understood)
    missed += [name for name, _word in asked[MOST_WANTED:]]
    criteria = FieldCriteria(tuple(each for each in found if each), NONE in categories, tuple(wanted))
    return criteria, list(dict.fromkeys(missed))


def field_words(criteria: FieldCriteria) -> list[tuple[str, str]]:
    """The parameters that read back as these criteria."""
    categories = [("category", each.key) for each in criteria.categories]
    without = [("category", NONE)] if criteria.is_without_category else []
    return [*categories, *without, *((f"{PREFIX}{each.field.key}", each.word) for each in criteria.wanted)]


def field_chips(criteria: FieldCriteria) -> list[tuple[str, str, str]]:
    """The criteria as people read them: the parameter, what it is, its values."""
    found = []
    if criteria.categories or criteria.is_without_category:
        names = [each.name for each in criteria.categories]
        names += [_("none")] if criteria.is_without_category else []
        found.append(("category", _("category"), ", ".join(names)))
    for key in dict.fromkeys(each.field.key for each in criteria.wanted):
        same = [each for each in criteria.wanted if each.field.key == key]
        found.append((f"{PREFIX}{key}", same[0].field.label, ", ".join(each.told for each in same)))
    return found


def word_of(field: Definition, value: object) -> str:
    """The word of a URL that finds tickets with this value; "" where none does."""
    if field.kind == FieldKind.LONG_TEXT:
        return ""
    raw = raw_of(field, value)
    return next(iter(raw), "") if isinstance(raw, list) else raw


def _wanted(field: Definition, word: str) -> Wanted | None:
    try:
        if field.kind in _RANGED and RANGE in word:
            low, high = (read(field, part) for part in word.split(RANGE, 1))
            ends = (low, high)
            if all(end is None for end in ends):
                return None
            return Wanted(field, RANGE.join(_words(field, ends)), _told(field, low, high), low=low, high=high)
        value = read(field, [word] if field.kind == FieldKind.SEVERAL else word)
    except Misfit:
        return None
    return Wanted(field, word_of(field, value), told(field, value), value=value) if value is not None else None


def _words(field: Definition, ends: Iterable[object]) -> list[str]:
    return ["" if end is None else str(raw_of(field, end)) for end in ends]


def _told(field: Definition, low: object, high: object) -> str:
    if low is None:
        return _("up to %(high)s") % {"high": told(field, high)}
    if high is None:
        return _("from %(low)s") % {"low": told(field, low)}
    return _("%(low)s to %(high)s") % {"low": told(field, low), "high": told(field, high)}
