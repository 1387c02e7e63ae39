"""Asking the index."""

import re
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery
from django.db import models

from helpdesk.search.models import Document

# A minus before nothing that could be left out. PostgreSQL stacks them and gives up at the thirty-third.
_IDLE_MINUS = re.compile(r'-(?![\w"])')


def shown_under(
    *, kind: type[models.Model], words: str, among: models.QuerySet[Any] | None = None
) -> models.QuerySet[Document, int]:
    """Keys of the things under which matching things of `kind` are shown; a subquery for the owner's visible ones.

    `words` are read as a web search: quotes for phrases, a minus to exclude, `or`. With `among` only those things
    are searched: for readers who see a thing without all that is shown under it.
    """
    found = Document.objects.filter(
        subject_type=ContentType.objects.get_for_model(kind),
        vector=SearchQuery(_IDLE_MINUS.sub(" ", words[:500]), config="russian", search_type="websearch"),
    )
    if among is not None:
        found = found.filter(subject_id__in=among.order_by().values("pk"))
    return found.order_by().values_list("shown_under", flat=True)
