"""Devices, their keys, what became of them, and how they are handed out."""

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.fields import EncryptedTextField
from vpn.enums import LIVE, Engine, KeyState, Reason
from vpn.models.authority import Authority
from vpn.models.server import Server

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, user: "User") -> "DeviceQuerySet":
        """One's own; whoever may issue keys sees all."""
        return self if user.can(Capability.ISSUE_KEYS) else self.filter(owner=user)


class Device(models.Model):
    """A laptop, a phone, a router: what a key is for. `common_name` is what certificates call it; no other device may
    be called so, nor so that it reads alike (`skeleton`). One without an owner came from elsewhere with its keys."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="devices",
    )
    login = models.CharField(_("login"), max_length=64)
    name = models.CharField(_("device"), max_length=64)
    common_name = models.CharField(_("common name"), max_length=64)
    skeleton = models.CharField(_("reads like"), max_length=130, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["common_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("common_name"), name="device_name_once")]

    def __str__(self) -> str:
        return self.common_name


class KeyQuerySet(models.QuerySet["Key"]):
    def visible_to(self, user: "User") -> "KeyQuerySet":
        """Those of one's own devices; whoever may issue keys sees all."""
        return self if user.can(Capability.ISSUE_KEYS) else self.filter(device__owner=user)

    def live(self) -> "KeyQuerySet":
        """Those that open something, or would if they were not blocked."""
        return self.filter(state__in=sorted(LIVE), not_after__gt=timezone.now())

    def of(self, person: "User") -> "KeyQuerySet":
        return self.filter(device__owner=person)

    def for_lists(self) -> "KeyQuerySet":
        """With what a list shows, in two statements."""
        secrets = ("preshared_key", "tls_client_key", "certificate_pem")
        return self.select_related("device__owner", "authority").prefetch_related("servers").defer(*secrets)


class Key(models.Model):
    """What one device opens servers with. OpenVPN: a certificate of `authority` with a decimal `serial`; WireGuard: a
    public key, and an address at each server (`Access`).

    `private_key` is sealed, and empty as soon as it was handed out or the time for that was over. `revoke_at`: a newer
    one has replaced it, and it ends then. `fingerprint` is the SHA-256 of the certificate's
    DER, or of the public key.
    """

    device = models.ForeignKey(Device, verbose_name=_("device"), on_delete=models.PROTECT, related_name="keys")
    engine = models.CharField(_("engine"), max_length=16, choices=Engine.choices)
    authority = models.ForeignKey(
        Authority, verbose_name=_("authority"), null=True, blank=True, on_delete=models.PROTECT, related_name="keys"
    )
    servers = models.ManyToManyField(Server, verbose_name=_("servers"), through="vpn.Access", related_name="keys")
    common_name = models.CharField(_("common name"), max_length=64)
    serial = models.CharField(_("serial number"), max_length=50, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    certificate_pem = models.TextField(_("certificate"), blank=True)
    public_key = models.CharField(_("public key"), max_length=44, blank=True)
    private_key = EncryptedTextField(_("private key"), blank=True, default="", editable=False)
    preshared_key = EncryptedTextField(_("preshared key"), blank=True, default="", editable=False)
    tls_client_key = EncryptedTextField(_("key of the control channel"), blank=True, default="", editable=False)
    not_before = models.DateTimeField(_("valid from"))
    not_after = models.DateTimeField(_("valid to"))
    state = models.CharField(_("state"), max_length=16, choices=KeyState.choices, default=KeyState.VALID)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("issued by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    revoke_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True)
    handed_out_at = models.DateTimeField(_("handed out"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    proposed_at = models.DateTimeField(_("proposed to be revoked"), null=True, blank=True, editable=False)

    objects = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "serial"], name="key_serial_once", condition=~Q(serial="")),
            models.UniqueConstraint(fields=["public_key"], name="key_public_once", condition=~Q(public_key="")),
            models.CheckConstraint(
                condition=Q(engine=Engine.OPENVPN, authority__isnull=False, public_key="")
                & Q(serial__regex=r"^[0-9]+$")
                | Q(engine=Engine.WIREGUARD, authority__isnull=True, serial="") & ~Q(public_key=""),
                name="key_is_of_its_engine",
            ),
            models.CheckConstraint(
                condition=~Q(state=KeyState.BLOCKED) | Q(blocked_at__isnull=False), name="key_blocked_since"
            ),
            models.CheckConstraint(
                condition=~Q(state=KeyState.REVOKED) | Q(private_key=""), name="key_revoked_is_not_kept"
            ),
        ]
        indexes = [
            models.Index(fields=["not_after"], name="key_ends", condition=~Q(state=KeyState.REVOKED)),
        ]

    def __str__(self) -> str:
        return self.common_name

    @property
    def is_live(self) -> bool:
        """Whether it opens something, or would if it were not blocked."""
        return self.state in LIVE and self.not_after > timezone.now()


class Access(models.Model):
    """That a key opens a server; `address` is what WireGuard gave it there, free again when the key is revoked."""

    key = models.ForeignKey(Key, verbose_name=_("key"), on_delete=models.CASCADE, related_name="accesses")
    server = models.ForeignKey(Server, verbose_name=_("server"), on_delete=models.PROTECT, related_name="accesses")
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)

    class Meta:
        verbose_name = _("access of a key")
        verbose_name_plural = _("accesses of keys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "server"], name="access_once"),
            models.UniqueConstraint(fields=["server", "address"], name="access_address_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} → {self.server_id}"


class Revocation(models.Model):
    """That a key is over before its time. Append-only: nothing that was revoked comes back."""

    key = models.OneToOneField(Key, verbose_name=_("key"), on_delete=models.PROTECT, related_name="revocation")
    serial = models.CharField(_("serial number"), max_length=50, blank=True)
    reason = models.CharField(_("reason"), max_length=24, choices=Reason.choices)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        ordering = ["-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.key_id}: {self.reason}"


class DownloadLinkQuerySet(models.QuerySet["DownloadLink"]):
    def open(self) -> "DownloadLinkQuerySet":
        return self.filter(used_at__isnull=True, ended_at__isnull=True, expires_at__gt=timezone.now(), is_notice=False)


class DownloadLink(models.Model):
    """A link that hands a key out once. Kept is the SHA-256 of its token. The same link lets the person say that the
    key was not for them, also when it hands out nothing (`is_notice`) or no more."""

    key = models.ForeignKey(Key, verbose_name=_("key"), on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(_("digest of the token"), max_length=64, unique=True, editable=False)
    is_notice = models.BooleanField(_("hands out nothing"), default=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    expires_at = models.DateTimeField(_("good until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended unused"), null=True, blank=True)
    disputed_at = models.DateTimeField(_("“This was not me”"), null=True, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=400, blank=True)

    objects = DownloadLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a key")
        verbose_name_plural = _("links to keys")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="download_link_ends",
                condition=Q(used_at__isnull=True, ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
