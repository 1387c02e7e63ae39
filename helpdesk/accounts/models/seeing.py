"""Administrators who look at the program as somebody else."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SeeingQuerySet(models.QuerySet["Seeing"]):
    def under_way(self) -> "SeeingQuerySet":
        """Not ended; their time may be over."""
        return self.filter(ended_at__isnull=True)


class Seeing(models.Model):
    """One administrator sees what one person sees, and changes nothing, from `began_at` until `until` or `ended_at`."""

    administrator = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("administrator"), on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="seen_by"
    )
    reason = models.CharField(_("reason"), max_length=500)
    began_at = models.DateTimeField(_("began"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SeeingQuerySet.as_manager()

    class Meta:
        verbose_name = _("seeing as somebody")
        verbose_name_plural = _("seeing as somebody")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(administrator=F("person")), name="seeing_somebody_else"),
            models.CheckConstraint(condition=~Q(reason=""), name="seeing_for_a_reason"),
            models.UniqueConstraint(
                fields=["administrator"], name="seeing_one_at_a_time", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.administrator_id} → {self.person_id}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.until <= timezone.now()
