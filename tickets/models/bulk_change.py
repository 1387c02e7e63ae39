"""What somebody did to many tickets at once."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

UNDO_FOR = timedelta(hours=1)


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def visible_to(self, user: "User") -> "BulkChangeQuerySet":
        """A person's own: they name tickets, and whoever did it saw those."""
        return self.filter(by=user)


class BulkChange(models.Model):
    """One change of many tickets by one person, kept so that they can undo it within UNDO_FOR.

    `verb` is the journal's word for it and `key` the form's, which tells the same form sent twice from two. `done` has
    for each ticket that was changed its `pk`, `number`, the columns `before` and `after`, and the journal's `facts`.
    `refused` and, once it was undone, `left` are pairs of a ticket's number and the reason why it was not touched.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="bulk_changes"
    )
    key = models.UUIDField(_("key"))
    verb = models.CharField(_("verb"), max_length=64)
    done = models.JSONField(_("done"), default=list)
    refused = models.JSONField(_("refused"), default=list)
    left = models.JSONField(_("left as they are"), default=list)
    made_at = models.DateTimeField(_("made"), db_default=Now())
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="bulk_change_once")]
        indexes = [models.Index(fields=["by", "made_at"], name="bulk_change_by")]

    def __str__(self) -> str:
        return f"{self.verb} #{self.pk}"

    @property
    def can_be_undone(self) -> bool:
        """Something was done, not yet undone, and not too long ago."""
        return bool(self.done) and self.undone_at is None and self.made_at > timezone.now() - UNDO_FOR
