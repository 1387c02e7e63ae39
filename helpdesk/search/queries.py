"""Asking the index."""

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery
from django.db import models

from helpdesk.search.models import Document


def shown_under(*, kind: type[models.Model], words: str) -> models.QuerySet[Document, int]:
    """Keys of the things under which matching things of `kind` are shown; a subquery for the owner's visible ones.

    `words` are read as a web search: quotes for phrases, a minus to exclude, `or`.
    """
    return (
        Document.objects.filter(
            subject_type=ContentType.objects.get_for_model(kind),
            vector=SearchQuery(words[:500], config="russian", search_type="websearch"),
        )
        .order_by()
        .values_list("shown_under", flat=True)
    )
