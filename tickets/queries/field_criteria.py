"""Lists narrowed by category and by values of fields."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q, Value

from tickets.fields import CategoryDefinition, Definition


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing asked of a field: a value, or numbers or dates from `low` to `high` (None: without that end). `word`
    is how the URL says it, `told` how people read it."""

    field: Definition
    word: str
    told: str
    value: Any = None
    low: Any = None
    high: Any = None


@dataclass(frozen=True, slots=True)
class FieldCriteria:
    """Several categories, or several things asked of one field, mean any of them; different fields mean all of them."""

    categories: tuple[CategoryDefinition, ...] = ()
    is_without_category: bool = False
    wanted: tuple[Wanted, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.categories or self.is_without_category or self.wanted)


NOT_ASKED = FieldCriteria()


class _PathExists(models.Func):
    """Whether a JSON path finds something. Values of another kind than what they are compared with are not found; they
    are no error."""

    function = "jsonb_path_exists"
    template = "%(function)s(%(expressions)s)"
    output_field = models.BooleanField()


def field_conditions(criteria: FieldCriteria) -> Q:
    """As a filter of tickets. Values are found by the index of the column `fields`, categories by theirs; from–to looks
    through what these and the other criteria leave."""
    where = Q()
    if criteria.categories or criteria.is_without_category:
        among = Q(category__in=[each.pk for each in criteria.categories]) if criteria.categories else Q()
        where &= among | Q(category__isnull=True) if criteria.is_without_category else among
    for key in dict.fromkeys(each.field.key for each in criteria.wanted):
        any_of = Q()
        for each in criteria.wanted:
            if each.field.key == key:
                any_of |= _condition(each)
        where &= any_of
    return where


def _condition(wanted: Wanted) -> Q:
    key = wanted.field.key
    if wanted.value is not None:
        return Q(fields__contains={key: wanted.value})
    bounds = {name: bound for name, bound in (("low", wanted.low), ("high", wanted.high)) if bound is not None}
    signs = {"low": ">=", "high": "<="}
    path = f"$.{key} ? ({' && '.join(f'@ {signs[name]} ${name}' for name in bounds)})"
    found = _PathExists(F("fields"), _cast(path, "jsonpath"), _cast(json.dumps(bounds), "jsonb"))
    return Q(found)


def _cast(text: str, kind: str) -> models.Func:
    return models.Func(Value(text), template=f"%(expressions)s::{kind}", output_field=models.TextField())
