"""Mistakes that no test may overlook: a name that a template does not know, rows in no order."""

import random
import sys
from pathlib import Path
from typing import Any

from django.db.models.query import QuerySet

OURS = Path(__file__).parents[1] / "templates"


class UndefinedVariable(Exception):
    """A template of ours printed a name that nobody gave it."""


class Undefined(str):
    """Django's `string_if_invalid`: an error where a template of ours asks, the usual nothing in those of packages."""

    def __bool__(self) -> bool:
        template = _template_being_printed()
        return template is not None and OURS in template.parents

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, name: Any) -> str:
        raise UndefinedVariable(f"{_template_being_printed()} prints {{{{ {name} }}}}, and nobody gave it that.")


def _template_being_printed() -> Path | None:
    """The file of the innermost node that is being rendered."""
    frame = sys._getframe(2)
    while frame is not None:
        node = frame.f_locals.get("self")
        origin = getattr(node, "origin", None)
        if frame.f_code.co_name in ("render_annotated", "render") and getattr(origin, "name", None):
            return Path(str(origin.name))
        frame = frame.f_back
    return None


_fetch_all = QuerySet._fetch_all


def shuffle_what_has_no_order(self: "QuerySet[Any]") -> None:
    """Rows that were asked for in no order come in any: whoever relies on the usual one is found out."""
    fresh = self._result_cache is None
    _fetch_all(self)
    if fresh and not self.ordered and not self.query.is_sliced:
        random.shuffle(self._result_cache)


def put_up() -> None:
    """For the whole test run."""
    QuerySet._fetch_all = shuffle_what_has_no_order
