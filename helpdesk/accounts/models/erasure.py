"""People who want to be forgotten."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def open(self) -> "ErasureQuerySet":
        """Neither done nor taken back."""
        return self.filter(done_at__isnull=True, taken_back_at__isnull=True)


class Erasure(models.Model):
    """A person asked to be erased; until `due_at` they may take it back."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="erasures"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="erasure_one_open",
                condition=Q(done_at__isnull=True, taken_back_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
