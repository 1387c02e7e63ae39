"""Things chosen by their key in a form."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def chosen(queryset: QuerySet[M], word: str) -> M | None:
    """The row of `queryset` with this key; None for anything that is not the key of one."""
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        return None
    return queryset.filter(pk=int(word)).first()
