"""Runs: how the reading of a directory went."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.directory.enums import UNFINISHED, RunState, Scope
from helpdesk.accounts.directory.models.directory import Directory


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    def unfinished(self) -> "SyncRunQuerySet":
        return self.filter(state__in=sorted(UNFINISHED))

    def claimable(self) -> "SyncRunQuerySet":
        """What waits, and what its worker has left lying."""
        left = Q(state=RunState.RUNNING, lease_until__lt=timezone.now())
        return self.filter(Q(state=RunState.WAITING) | left)


class SyncRun(models.Model):
    """One reading of a directory, whole or of what changed. `is_dry`: nothing was changed by it.

    `may_go`: so many may lose their access in this run whatever their share, because an administrator confirmed it.
    `done` of `total` is told while it runs (None is not known yet). `counts` are by deed (`enums.Deed`); `lines` tell
    of single people, as {"deed", "who", "text"}, the first few hundred; `reason` says why it stopped or failed.
    """

    directory = models.ForeignKey(Directory, verbose_name=_("directory"), on_delete=models.CASCADE, related_name="runs")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    scope = models.CharField(_("reads"), max_length=16, choices=Scope.choices, default=Scope.WHOLE)
    is_dry = models.BooleanField(_("only looking"), default=False)
    may_go = models.PositiveIntegerField(_("may be out"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=RunState.choices, default=RunState.WAITING)
    phase = models.CharField(_("at"), max_length=16, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    counts = models.JSONField(_("counts"), default=dict)
    lines = models.JSONField(_("lines"), default=list)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    would_go = models.PositiveIntegerField(_("would be out"), default=0)
    began_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["directory"], condition=Q(state__in=sorted(UNFINISHED)), name="sync_run_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(UNFINISHED), ended_at__isnull=True)
                | (~Q(state__in=sorted(UNFINISHED)) & Q(ended_at__isnull=False)),
                name="sync_run_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.RUNNING, lease_until__isnull=False)
                | (~Q(state=RunState.RUNNING) & Q(lease_until__isnull=True)),
                name="sync_run_under_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="sync_run_unfinished", condition=Q(state__in=sorted(UNFINISHED))),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED
