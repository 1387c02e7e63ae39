"""What happened on tickets and is still to be told."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import News


class PieceOfNews(models.Model):
    """Something happened on a ticket and nobody is told yet, or a note calls `people` of its `facts`. A queue: a row
    goes when a worker has told whoever is to know. `verb` and `facts` are those of the journal."""

    ticket = models.ForeignKey("tickets.Ticket", verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=News.choices)
    verb = models.CharField(_("verb"), max_length=64)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    message = models.ForeignKey(
        "tickets.Message", verbose_name=_("message"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    happened_at = models.DateTimeField(_("happened"), db_default=Now())

    class Meta:
        verbose_name = _("piece of news")
        verbose_name_plural = _("news")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.verb} #{self.pk}"
