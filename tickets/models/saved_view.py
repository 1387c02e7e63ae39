"""Lists that people come back to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import Audience
from tickets.models.shared import SharedQuerySet


class SavedViewQuerySet(SharedQuerySet["SavedView"]):
    """Of views."""


class SavedView(models.Model):
    """A list of tickets under a name. `criteria` is the query string of the list's URL as `write_criteria` writes it;
    `team` is set for the audience `team` alone. Who is asked by the words `mine` and `team` is whoever looks."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="saved_views"
    )
    audience = models.CharField(_("audience"), max_length=16, choices=Audience.choices, default=Audience.PRIVATE)
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="saved_views",
    )
    name = models.CharField(_("name"), max_length=60)
    criteria = models.TextField(_("criteria"))
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
            models.CheckConstraint(condition=~Q(criteria=""), name="saved_view_narrows"),
            models.CheckConstraint(
                condition=Q(audience="team", team__isnull=False) | (~Q(audience="team") & Q(team__isnull=True)),
                name="saved_view_team_with_audience",
            ),
        ]
        indexes = [
            models.Index(fields=["audience"], name="saved_view_everybody", condition=Q(audience="everybody")),
        ]

    def __str__(self) -> str:
        return self.name
