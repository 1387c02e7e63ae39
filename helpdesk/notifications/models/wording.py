"""How the house words its notices."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Wording(models.Model):
    """What a notice says of an occasion in a language, in place of the program's own words. Names in double braces are
    replaced (`helpdesk.notifications.wording`); anything else stands as it is written."""

    occasion = models.CharField(_("occasion"), max_length=24)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("wording of a notice")
        verbose_name_plural = _("wordings of notices")
        ordering = ["occasion", "language"]
        constraints = [
            models.UniqueConstraint(fields=["occasion", "language"], name="one_wording_of_an_occasion"),
            models.CheckConstraint(condition=~Q(title=""), name="wording_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} ({self.language})"
