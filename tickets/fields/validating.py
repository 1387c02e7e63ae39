"""Which fields are shown, and whether what was said for them may be kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from tickets.fields.definitions import Definition
from tickets.fields.values import Misfit, raw_of, read, words_of

Values = dict[str, Any]
"""What a ticket keeps: JSON values by the keys of fields."""


class FieldErrors(Refused):
    """What was said for some fields can't be kept; `by_key` has a sentence for each."""

    def __init__(self, by_key: Mapping[str, str], *, labels: Mapping[str, str]) -> None:
        self.by_key = dict(by_key)
        super().__init__(" ".join(f"{labels.get(key, key)}: {sentence}" for key, sentence in by_key.items()))


def shown(fields: Sequence[Definition], values: Mapping[str, Any]) -> list[Definition]:
    """Those of the fields whose condition holds with these values. A condition holds when its field is among the
    given, is itself shown and has one of the words; of fields that wait for each other in a ring none is shown."""
    by_key = {field.key: field for field in fields}

    def holds(field: Definition, waiting: frozenset[str]) -> bool:
        if not field.shown_when:
            return True
        other = by_key.get(field.shown_when)
        if other is None or other.key in waiting or not holds(other, waiting | {other.key}):
            return False
        return bool(set(words_of(other, values.get(other.key))) & set(field.shown_values))

    return [field for field in fields if holds(field, frozenset({field.key}))]


def candidates(
    fields: Sequence[Definition], said: Mapping[str, object], before: Mapping[str, Any]
) -> tuple[Values, dict[str, str]]:
    """The values as they would be, and what is wrong with what was said, by key. What is said as it was stays as it
    was, even where it no longer fits; what is wrong leaves the value as it was."""
    values, wrong = dict(before), dict[str, str]()
    for field in fields:
        if field.key not in said or said[field.key] == raw_of(field, before.get(field.key)):
            continue
        try:
            value = read(field, said[field.key])
        except Misfit as misfit:
            wrong[field.key] = str(misfit)
            continue
        values[field.key] = value
        if value is None:
            del values[field.key]
    return values, wrong


def validated(
    fields: Sequence[Definition], *, said: Mapping[str, object], before: Mapping[str, Any], by_staff: bool
) -> Values:
    """The values that the ticket keeps after somebody said these: the one way from what is said to what is kept.

    `fields` are all in use of the ticket's category. What is said for a hidden field counts for nothing: its value
    stays as it was. Customers neither know nor reach what is for staff alone. Raises FieldErrors.
    """
    reachable = [field for field in fields if by_staff or field.is_for_customers]
    values, wrong = candidates(reachable, said, before)
    visible = {field.key for field in shown(fields, values)}
    for field in reachable:
        if field.key not in visible:
            wrong.pop(field.key, None)
            values.pop(field.key, None)
            values |= {field.key: before[field.key]} if field.key in before else {}
        elif not by_staff and field.is_required_for_customers and field.key not in values:
            wrong.setdefault(field.key, _("Fill this in: it is needed for this kind of request."))
    unknown = said.keys() - {field.key for field in reachable}
    wrong |= dict.fromkeys(sorted(unknown), _("There is no such field in this category."))
    if wrong:
        raise FieldErrors(wrong, labels={field.key: field.label for field in reachable})
    return values
