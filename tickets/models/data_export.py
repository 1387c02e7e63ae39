"""What a person takes home of what is kept of them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class DataExportQuerySet(models.QuerySet["DataExport"]):
    def visible_to(self, user: "User") -> "DataExportQuerySet":
        """Nobody's but one's own, while they are kept."""
        return self.filter(person=user, expires_at__gt=timezone.now())

    def unfinished(self) -> "DataExportQuerySet":
        return self.filter(ready_at__isnull=True).order_by("pk")


class DataExport(models.Model):
    """An archive in the making or ready: `done` of `total` requests are in it. `claimed_at`: a worker makes it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="data_exports"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    file = models.FileField(_("file"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size, bytes"), default=0)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"))

    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="data_export_one_unfinished", condition=Q(ready_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
