"""Who else may say who somebody is."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Team
from helpdesk.accounts.sso.enums import Kind
from helpdesk.core.fields import EncryptedTextField

ADMITTED = [(role.value, role.label) for role in Role if role != Role.ADMINISTRATOR]
"""Roles that a word of somebody else may give: administrators are made here alone."""


class IdentityProvider(models.Model):
    """An outside provider of identities, OpenID Connect or SAML 2.0.

    `domains` are those whose addresses it may speak for; `vouches` says that addresses in them are proved although it
    doesn't say so (SAML seldom does). `described` is what its discovery document or metadata said when it was read
    last. Without `default_role` and without a mapping nobody new is let in. With `proves_second` nobody is asked for a
    second factor here who says that there was one there.
    """

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("word in addresses"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.OIDC)
    is_active = models.BooleanField(_("switched on"), default=False)
    domains = ArrayField(models.CharField(max_length=253), verbose_name=_("domains"), default=list, blank=True)
    vouches = models.BooleanField(_("its addresses are proved"), default=False)
    proves_second = models.BooleanField(_("its second factor counts"), default=False)
    default_role = models.CharField(_("role of new people"), max_length=32, choices=ADMITTED, blank=True)
    group_claim = models.CharField(_("claim or attribute of groups"), max_length=200, default="groups", blank=True)
    issuer = models.CharField(_("issuer"), max_length=500, blank=True)
    client_id = models.CharField(_("client id"), max_length=255, blank=True)
    secret = EncryptedTextField(_("client secret"), blank=True, default="")
    scopes = models.CharField(_("scopes"), max_length=255, default="openid email profile", blank=True)
    metadata_url = models.CharField(_("metadata address"), max_length=500, blank=True)
    metadata = models.TextField(_("metadata"), blank=True)
    takes_unsolicited = models.BooleanField(_("people may begin there"), default=False)
    described = models.JSONField(_("what it said of itself"), default=dict, blank=True, editable=False)
    described_at = models.DateTimeField(_("read"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def speaks_for(self, address: str) -> bool:
        """Whether the address lies in a domain that this provider claims."""
        _local, at, domain = address.lower().rpartition("@")
        return bool(at) and domain in self.domains


class RoleMapping(models.Model):
    """New people who bring this group, claim or attribute get this role and these teams. The first that fits counts."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="mappings")
    group = models.CharField(_("group"), max_length=255)
    role = models.CharField(_("role"), max_length=32, choices=ADMITTED)
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), blank=True, related_name="+")

    class Meta:
        verbose_name = _("role by group")
        verbose_name_plural = _("roles by group")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "group"], name="mapping_once")]

    def __str__(self) -> str:
        return f"{self.group} → {self.role}"


class OutsideIdentity(models.Model):
    """By what a provider knows a person of ours."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.PROTECT, related_name="identities")
    subject = models.CharField(_("known there as"), max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outside_identities")
    address = models.CharField(_("address there"), max_length=254, blank=True)
    linked_at = models.DateTimeField(_("linked"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("outside identity")
        verbose_name_plural = _("outside identities")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_of_one_person"),
            models.CheckConstraint(condition=~Q(subject=""), name="identity_says_who"),
        ]

    def __str__(self) -> str:
        return self.address or self.subject


class Assertion(models.Model):
    """A SAML assertion that was taken: remembered until it has run out, and refused when it comes again.

    It comes by a form of another site, with which browsers send no cookie: `said` waits here for the page after it,
    which knows the session that asked (`request_id`), under a ticket of which only the hash is kept.
    """

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    request_id = models.CharField(max_length=255, blank=True)
    said = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, unique=True)
    came_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assertion")
        verbose_name_plural = _("assertions")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="assertion_once")]
        indexes = [models.Index(fields=["expires_at"], name="assertion_expires")]

    def __str__(self) -> str:
        return self.name
