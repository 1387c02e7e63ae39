"""Two rows that were one person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MergerQuerySet(models.QuerySet["Merger"]):
    def standing(self) -> "MergerQuerySet":
        """Those that nobody has undone."""
        return self.filter(undone_at__isnull=True)


class Merger(models.Model):
    """`merged` turned out to be `survivor`. `moved` is exactly what changed hands, by the name of the part
    (`helpdesk.accounts.registries.merger_parts`), so that the undoing gives back that and nothing else. `before` is
    what the two rows themselves said."""

    survivor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("survivor"), on_delete=models.PROTECT, related_name="mergers"
    )
    merged = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("merged"), on_delete=models.PROTECT, related_name="merged_by_mergers"
    )
    moved = models.JSONField(_("what changed hands"), default=dict)
    before = models.JSONField(_("what was before"), default=dict)
    merged_at = models.DateTimeField(_("merged at"), db_default=Now())
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("merged by"), on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = MergerQuerySet.as_manager()

    class Meta:
        verbose_name = _("merger")
        verbose_name_plural = _("mergers")
        constraints = [
            models.UniqueConstraint(fields=["merged"], name="merged_once", condition=Q(undone_at__isnull=True)),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merger_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merger_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.survivor_id}"
