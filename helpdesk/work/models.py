"""The one table of long work."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.work.enums import UNFINISHED, JobState

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: "User") -> "JobQuerySet":
        """Their own: nobody else asked for it."""
        return self.filter(owner=user.pk) if user.is_active else self.none()

    def claimable(self) -> "JobQuerySet":
        """What waits, and what its worker has left lying."""
        left = models.Q(state=JobState.RUNNING, lease_until__lt=timezone.now())
        return self.filter(models.Q(state=JobState.WAITING) | left)


class Job(models.Model):
    """One piece of long work. `asked` is what its kind needs to know; `done` of `total` is told while it runs (None is
    not known yet); `file` is the name in the storage of what came of it, empty when there is none."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="jobs"
    )
    kind = models.CharField(_("kind"), max_length=64)
    asked = models.JSONField(_("asked"), default=dict)
    state = models.CharField(_("state"), max_length=16, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("of"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    file = models.CharField(_("file"), max_length=200, blank=True)
    filename = models.CharField(_("file name"), max_length=200, blank=True)
    content_type = models.CharField(_("media type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("long work")
        verbose_name_plural = _("long work")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~models.Q(state=JobState.RUNNING) & models.Q(lease_until__isnull=True)),
                name="job_runs_under_a_lease",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(UNFINISHED), finished_at__isnull=True, expires_at__isnull=True)
                | (
                    ~models.Q(state__in=sorted(UNFINISHED))
                    & models.Q(finished_at__isnull=False, expires_at__isnull=False)
                ),
                name="job_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="job_unfinished", condition=models.Q(state__in=sorted(UNFINISHED))),
            models.Index(fields=["expires_at"], name="job_expires", condition=models.Q(expires_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED
