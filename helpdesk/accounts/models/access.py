"""Keys to the doors: API tokens and sign-in links. Only their hashes are kept."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.enums import Door


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def working(self) -> "ApiTokenQuerySet":
        """Neither revoked nor run out."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), revoked_at__isnull=True)


class ApiToken(models.Model):
    """A bearer token of the API, acting as its owner within its scopes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    scopes = ArrayField(models.CharField(max_length=32), verbose_name=_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    networks = ArrayField(
        models.CharField(max_length=45), verbose_name=_("used from"), default=list, blank=True, editable=False
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class KeptAnswer(models.Model):
    """What a request with an `Idempotency-Key` was answered, for when it comes again. `key` is a hash of the key and
    the address, `asked` one of all that was sent."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField(_("key"), max_length=64)
    asked = models.CharField(_("asked"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    content = models.TextField(_("answer"), blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_at")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class SignInLink(models.Model):
    """A link that signs one person in once, sent to an address of theirs. Using it verifies that address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="sign_in_links"
    )
    address = models.EmailField(_("sent to"), max_length=254)
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    next_path = models.CharField(_("leads to"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Attempt(models.Model):
    """Somebody tried a door: what the limits count. Kept for a day; `about` is a keyed hash of what was typed."""

    door = models.CharField(_("door"), max_length=8, choices=Door.choices)
    about = models.CharField(_("about"), max_length=64)
    network = models.CharField(_("network"), max_length=45)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["about", "at"], name="attempt_about"),
            models.Index(fields=["network", "at"], name="attempt_network"),
            models.Index(fields=["at"], name="attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.door} #{self.pk}"
