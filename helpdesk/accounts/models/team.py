"""Teams of staff, and what contractors are granted."""

from datetime import timedelta
from typing import cast

import pghistory
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import ExpressionWrapper, Min, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.enums import Line


class TeamQuerySet(models.QuerySet["Team"]):
    def first_to_answer(self) -> "Team | None":
        """The team that new requests of the cabinet go to: the eldest active one of line 1."""
        return self.filter(is_active=True, line=Line.FIRST).order_by("pk").first()


@pghistory.track()
class Team(models.Model):
    """Staff who own a queue, on support line 1, 2 or 3."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    line = models.PositiveSmallIntegerField(_("line"), choices=Line.choices, default=Line.FIRST)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("members"), blank=True, related_name="teams"
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["line", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class GrantQuerySet(models.QuerySet["Grant"]):
    def live(self) -> "GrantQuerySet":
        """Those that have not ended. The database's clock decides, so that a prepared read does not go stale."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=Now()))

    def next_end(self) -> timedelta | None:
        """In what time the first of these ends, as the database's clock has it; None where none does. One statement."""
        left = ExpressionWrapper(Min("until") - Now(), models.DurationField())
        return cast(timedelta | None, self.order_by().aggregate(left=left)["left"])

    def teams_of(self, contractor: OuterRef) -> ArraySubquery:
        """The teams of these grants of one contractor, as a column of another read."""
        return ArraySubquery(self.filter(contractor=contractor).order_by("team").values("team"))


@pghistory.track()
class Grant(models.Model):
    """Lets one contractor see and work the queue of one team, `until` it ends by itself."""

    contractor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("contractor"), on_delete=models.CASCADE, related_name="grants"
    )
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="grants")
    granted_at = models.DateTimeField(_("granted"), auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("granted by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["contractor", "team", "pk"]
        constraints = [models.UniqueConstraint(fields=["contractor", "team"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.contractor_id} → {self.team_id}"
