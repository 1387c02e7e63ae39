"""The searchable text of things."""

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """The text of one thing as a `tsvector` (configuration `russian`: English stems for Latin words, Russian for
    Cyrillic), and the thing it is shown under (a message under its ticket)."""

    subject_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of thing"), on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    subject_id = models.BigIntegerField(_("thing"))
    shown_under = models.BigIntegerField(_("shown under"))
    vector = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="search_document_once")]
        indexes = [GinIndex(fields=["vector"], name="search_document_vector")]

    def __str__(self) -> str:
        return f"{self.subject_type_id}:{self.subject_id}"
