"""What people want to be told, and by which way: their team's word, and their own."""

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.notifications.enums import Rhythm

MORNING = 9


class TeamChoice(models.Model):
    """What members of a team are told as long as they chose nothing else: `wanted` by occasion a list of channels.
    An occasion that is not in it is told as the program thinks best."""

    team = models.OneToOneField(
        "accounts.Team", verbose_name=_("team"), on_delete=models.CASCADE, related_name="notice_choice"
    )
    wanted = models.JSONField(_("wanted"), default=dict, blank=True)

    class Meta:
        verbose_name = _("notices of a team")
        verbose_name_plural = _("notices of teams")
        ordering = ["team"]

    def __str__(self) -> str:
        return str(self.team)


class PersonChoice(models.Model):
    """The same for one person, who also has quiet hours (in their own time zone; from the evening over midnight, too)
    and says how often letters come. `digest_hour` is the hour of the letter of a day."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="notice_choice"
    )
    wanted = models.JSONField(_("wanted"), default=dict, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    quiet_weekends = models.BooleanField(_("quiet at weekends"), default=False)
    rhythm = models.CharField(_("letters come"), max_length=8, choices=Rhythm.choices, default=Rhythm.AT_ONCE)
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the daily letter"), default=MORNING, validators=[MaxValueValidator(23)]
    )

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        ordering = ["person"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True) | ~Q(quiet_from=F("quiet_until")), name="quiet_hours_are_not_empty"
            ),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="digest_comes_at_an_hour"),
        ]

    def __str__(self) -> str:
        return f"#{self.person_id}"

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        return (self.quiet_from, self.quiet_until) if self.quiet_from and self.quiet_until else None
