"""Staff who are told what happens on a ticket: what they want to be told, and what is still to be told."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import News


def all_news() -> list[str]:
    return [kind.value for kind in News.of_watched()]


class WatchingChoice(models.Model):
    """Of what one person wants to be told on the tickets they watch; whoever has none is told of everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="watching_choice"
    )
    kinds = ArrayField(
        models.CharField(max_length=16, choices=News.choices), verbose_name=_("kinds"), default=all_news, blank=True
    )

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {', '.join(self.kinds)}"


class PieceOfNews(models.Model):
    """Something happened on a watched ticket and its watchers are not told yet, or a note calls `people` of its
    `facts`. A queue: a row goes when the notices are in the outbox. `verb` and `facts` are those of the journal."""

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
