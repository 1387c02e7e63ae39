"""Asking the index from within another statement."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import models

from helpdesk.search.engines import engine
from helpdesk.search.engines.postgres import compiled_sql
from helpdesk.search.finding import Asked
from helpdesk.search.models import Document
from helpdesk.search.protocol import Question

MOST = 10_000
"""Keys are asked of so many documents, the latest."""


class _Compiled(SearchQuery):
    """A question as an expression of type tsquery."""

    def __init__(self, question: Question) -> None:
        super().__init__("")
        self.compiled = compiled_sql(question)

    def as_sql(self, *_arguments: Any, **_options: Any) -> Any:
        sql, parameters = self.compiled
        return sql, list(parameters)


def shown_under(
    asked: Asked, *, among: models.QuerySet[Any] | None = None
) -> models.QuerySet[Document, int] | list[int]:
    """Keys of the things under which what was asked for is found: a subquery for the owner's visible ones, which says
    nothing of permission and nothing of `asked.where`. From an engine with a server of its own, and where documents
    have to be read, the keys: those of the latest MOST documents. With `among` only those things are searched. Nothing
    is found where something was not understood. Raises Away."""
    question = asked.question
    if asked.refusals or not asked.is_something:
        return []
    if engine().is_elsewhere or engine().must_read(question):
        return _keys(question, among)
    found = Document.objects.filter(subject_type=question.kind, vector=_Compiled(question))
    if question.only is not None:
        found = found.filter(shown_under__in=question.only)
    if question.since:
        found = found.filter(at__gte=question.since)
    if question.until:
        found = found.filter(at__lt=question.until)
    if among is not None:
        found = found.filter(subject_id__in=among.order_by().values("pk"))
    return found.order_by().values_list("shown_under", flat=True)


def _keys(question: Question, among: models.QuerySet[Any] | None) -> list[int]:
    hits = engine().matches(question, before=None, limit=MOST)
    if among is not None:
        seen = set(among.order_by().filter(pk__in=[hit.key for hit in hits]).values_list("pk", flat=True))
        hits = [hit for hit in hits if hit.key in seen]
    return list(dict.fromkeys(hit.under for hit in hits))
