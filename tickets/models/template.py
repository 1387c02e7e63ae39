"""Canned text."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import Audience, Writing
from tickets.models.shared import SharedQuerySet


class TemplateQuerySet(SharedQuerySet["Template"]):
    def fitting(self, kind: str) -> "TemplateQuerySet":
        """Those in use for this kind of the composer; there are none for a forward."""
        if kind == Writing.NOTE:
            return self.filter(is_active=True, is_for_notes=True)
        return self.filter(is_active=True, is_for_replies=True) if kind == Writing.REPLY else self.none()


class Template(models.Model):
    """A text that is written often. `text` is by the code of its language, at least one of them not empty, and may hold
    the placeholders of `tickets.placeholders`; `team` is set for the audience `team` alone. `shortcut` is what is typed
    after “/” to find it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="templates"
    )
    audience = models.CharField(_("audience"), max_length=16, choices=Audience.choices, default=Audience.PRIVATE)
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="templates",
    )
    name = models.CharField(_("name"), max_length=60)
    shortcut = models.CharField(_("word after “/”"), max_length=30, blank=True)
    text = models.JSONField(_("text"), default=dict)
    is_for_replies = models.BooleanField(_("for answers"), default=True)
    is_for_notes = models.BooleanField(_("for notes"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="template_once"),
            models.CheckConstraint(condition=~Q(name=""), name="template_has_name"),
            models.CheckConstraint(condition=~Q(text={}), name="template_has_text"),
            models.CheckConstraint(
                condition=Q(is_for_replies=True) | Q(is_for_notes=True), name="template_is_for_something"
            ),
            models.CheckConstraint(
                condition=Q(audience="team", team__isnull=False) | (~Q(audience="team") & Q(team__isnull=True)),
                name="template_team_with_audience",
            ),
        ]
        indexes = [
            models.Index(fields=["audience"], name="template_everybody", condition=Q(audience="everybody")),
        ]

    def __str__(self) -> str:
        return self.name
