"""The journal's one table."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: Any) -> "EntryQuerySet":
        """All of it to whoever may read the journal (a capability, named by its value: this room knows no people)."""
        return self if user.can("see_journal") else self.none()

    def about(self, thing: models.Model) -> "EntryQuerySet":
        """The lines of one thing, in the order they happened."""
        content_type = ContentType.objects.get_for_model(thing)
        return self.filter(subject_type=content_type, subject_id=thing.pk).order_by("pk")


class Entry(models.Model):
    """One line: who did what to which thing, when, from where, what it was before and is now.

    The database refuses UPDATE, DELETE and TRUNCATE.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    verb = models.CharField(_("verb"), max_length=64)
    subject_type = models.ForeignKey(
        ContentType,
        verbose_name=_("kind of thing"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    subject_id = models.BigIntegerField(_("thing"))
    facts = models.JSONField(_("facts"), default=dict)
    door = models.CharField(_("door"), max_length=16)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="journal_entry_subject"),
            models.Index(fields=["actor", "id"], name="journal_entry_who"),
            models.Index(fields=["verb", "id"], name="journal_entry_verb"),
            models.Index(fields=["subject_type", "id"], name="journal_entry_kind"),
            models.Index(fields=["door", "id"], name="journal_entry_door"),
            models.Index(
                fields=["address", "id"], name="journal_entry_address", condition=models.Q(address__isnull=False)
            ),
            models.Index(fields=["at"], name="journal_entry_at"),
            HashIndex(fields=["request_id"], name="journal_entry_request", condition=~models.Q(request_id="")),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'The journal is append-only.';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} #{self.subject_id}"
