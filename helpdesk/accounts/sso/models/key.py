"""The keys that sign what sites are told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.fields import EncryptedTextField


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def published(self) -> "SigningKeyQuerySet":
        """Those that sites may still meet, the signing one first."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now())).order_by("-pk")


class SigningKey(models.Model):
    """An RSA key. The one without an end signs; the others are published until what they signed has run out."""

    kid = models.CharField(_("name"), max_length=64, unique=True, editable=False)
    pem = EncryptedTextField(_("private key"), editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    ends_at = models.DateTimeField(_("published until"), null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                models.ExpressionWrapper(Q(ends_at__isnull=True), models.BooleanField()),
                name="one_key_signs",
                condition=Q(ends_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.kid
