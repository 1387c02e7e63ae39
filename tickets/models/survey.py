"""What customers think of how their requests were resolved."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import Score
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: "User") -> "SurveyQuerySet":
        """Those of visible tickets."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class Survey(models.Model):
    """One resolution of a ticket, named by its moment `resolved_at`, and what its requester says of it.

    `asked_at`: a letter that asks was put into the outbox. `words` are the requester's own and stand nowhere else: the
    journal knows the score alone.
    """

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="surveys")
    resolved_at = models.DateTimeField(_("resolved"))
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), choices=Score.choices, null=True, blank=True)
    words = models.TextField(_("words"), blank=True)
    rated_at = models.DateTimeField(_("rated"), null=True, blank=True)
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("rated by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "resolved_at"], name="survey_once_a_resolution"),
            models.CheckConstraint(
                condition=Q(score__isnull=True, rated_at__isnull=True, rated_by__isnull=True, words="")
                | Q(score__in=Score.values, rated_at__isnull=False, rated_by__isnull=False),
                name="survey_rated_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}:{self.pk}"
