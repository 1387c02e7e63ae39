"""That somebody was told of the end of a key."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vpn.models.key import Key

STEPS = (30, 14, 3)
"""Days before the end of a key."""


class Reminder(models.Model):
    """That it was said, `step` days before the end of `key`, that it ends. All of a key are on one ticket;
    `settled_at`: the key needs nobody's care any more."""

    key = models.ForeignKey(Key, verbose_name=_("key"), on_delete=models.CASCADE, related_name="reminders")
    step = models.PositiveSmallIntegerField(_("days before the end"))
    ticket = models.ForeignKey(
        "tickets.Ticket", verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="vpn_reminders"
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder of a key")
        verbose_name_plural = _("reminders of keys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "step"], name="reminder_once"),
            models.CheckConstraint(condition=Q(step__in=STEPS), name="reminder_of_a_step"),
        ]
        indexes = [
            models.Index(fields=["key"], name="reminder_unsettled", condition=Q(settled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.key_id}: {self.step}"
