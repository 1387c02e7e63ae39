"""Merging: a ticket that is worked on another one."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import Status
from tickets.models.ticket import Ticket

NO_CHAIN = """
IF EXISTS (
    SELECT 1 FROM tickets_merge
    WHERE undone_at IS NULL AND (source_id = NEW.target_id OR target_id = NEW.source_id)
) THEN
    RAISE EXCEPTION 'merge_no_chain' USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_no_chain';
END IF;
RETURN NEW;
"""


class Merge(models.Model):
    """That, when and by whom `source` was merged into `target`, and that this was undone. One that is not undone is
    live: `Ticket.merged_into` of the source points at the target for just as long. `source_status` is where the
    source stood then."""

    source = models.ForeignKey(Ticket, verbose_name=_("merged"), on_delete=models.CASCADE, related_name="merges")
    target = models.ForeignKey(Ticket, verbose_name=_("into"), on_delete=models.PROTECT, related_name="merges_here")
    source_status = models.CharField(_("status"), max_length=16, choices=Status.choices)
    merged_at = models.DateTimeField(_("merged at"), db_default=Now())
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("merged by"), on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source"], name="merge_once", condition=Q(undone_at__isnull=True)),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_not_into_itself"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="merge_no_chain", when=pgtrigger.Before, operation=pgtrigger.Insert, func=NO_CHAIN.strip()
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id}>{self.target_id}"
