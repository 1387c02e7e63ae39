"""Sites that people enter with their Helpdesk session."""

import hashlib

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.enums import Role
from helpdesk.accounts.sso.enums import Scope

DIGEST = "sha256$"


class Site(Client):
    """A client of our OpenID Connect provider, with what allauth's lacks.

    Redirect URIs are compared character by character. `allowed_roles` are those whose people may enter. Of the secret
    only the SHA-256 is kept: it has 256 bits of chance in it. A site that is not `is_active` is unknown to the
    protocol.
    By its `number` the program knows it, by its `id` (allauth's) the protocol does.
    """

    number = models.BigAutoField(primary_key=True)
    client = models.OneToOneField(Client, parent_link=True, on_delete=models.CASCADE, related_name="site")
    home_url = models.CharField(_("address"), max_length=500, blank=True)
    allowed_roles = ArrayField(
        models.CharField(max_length=32, choices=Role.choices), verbose_name=_("who may enter"), default=list
    )
    return_uris = models.TextField(_("addresses after signing out"), blank=True)
    notice_uri = models.CharField(_("back-channel logout address"), max_length=500, blank=True)
    is_active = models.BooleanField(_("switched on"), default=True)
    secret_changed_at = models.DateTimeField(_("secret made"), default=timezone.now)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name

    def set_secret(self, secret: str) -> None:
        self.secret = DIGEST + hashlib.sha256(secret.encode()).hexdigest()

    def check_secret(self, secret: str) -> bool:
        return constant_time_compare(self.secret, DIGEST + hashlib.sha256(secret.encode()).hexdigest())

    def admits(self, role: str) -> bool:
        return role in self.allowed_roles

    @property
    def is_public(self) -> bool:
        return bool(self.type == Client.Type.PUBLIC)

    @property
    def return_list(self) -> list[str]:
        return self.return_uris.split()


class Consent(models.Model):
    """A person let a site that is not our own know these things of them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="consents")
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope.choices), verbose_name=_("scopes"))
    given_at = models.DateTimeField(_("given"), default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "site"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.site_id}"
