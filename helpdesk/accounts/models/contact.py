"""Addresses and numbers of people."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.enums import ContactKind


class ContactPoint(models.Model):
    """An address, number or messenger id of a person.

    `value` is in normal form (an e-mail address in lower case). `verified_at`: the person proved it is theirs.
    `bounced_at` and `bounce_reason`: mail to it failed for good; we stop writing there until someone clears it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="contact_points"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ContactKind.choices, default=ContactKind.EMAIL)
    value = models.CharField(_("value"), max_length=254)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True)
    bounce_reason = models.CharField(_("bounce reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["user", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="contact_point_once"),
            models.CheckConstraint(
                condition=models.Q(bounced_at__isnull=True, bounce_reason="") | models.Q(bounced_at__isnull=False),
                name="bounce_reason_with_time",
            ),
        ]

    def __str__(self) -> str:
        return self.value
