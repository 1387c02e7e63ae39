"""How hosts of servers fare, who is connected, and what is to be ended."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.fields import EncryptedTextField
from vpn.enums import BlocksBy, CanaryResult, ListState, WhyEnded
from vpn.models.key import Key
from vpn.models.server import Server

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

SILENT = timedelta(minutes=5)
"""After so long without a report a host counts as away."""
REMEMBERED = timedelta(minutes=5)
"""How long a list that was bad and has been put right is still told."""
CANARY_EVERY = timedelta(hours=1)
CANARY_LATE = timedelta(hours=2, minutes=10)
UNDONE = timedelta(minutes=1)
"""After so long a session that is to be ended and is not needs a person."""


class HostQuerySet(models.QuerySet["Host"]):
    def visible_to(self, user: "User") -> "HostQuerySet":
        """Whoever may issue keys sees all of them."""
        return self if user.can(Capability.ISSUE_KEYS) else self.none()

    def watched(self) -> "HostQuerySet":
        """Those of servers in use."""
        return self.filter(server__is_active=True).select_related("server").order_by("server__slug", "pk")


class Host(models.Model):
    """The machine a server runs on, as it last reported. With `is_direct` Helpdesk itself does there what is to be
    done, in `folder` and at the server's management socket; otherwise the host asks for it, with the server's token.

    `runs_as` is whom OpenVPN becomes: what they can't read does not count. `list_restored_at`: when the revocation list
    was last found bad (`list_restored_from`) and put right.
    """

    server = models.OneToOneField(Server, verbose_name=_("server"), on_delete=models.CASCADE, related_name="host")
    is_direct = models.BooleanField(_("Helpdesk reaches it itself"), default=False)
    folder = models.CharField(
        _("folder of the revocation list"), max_length=200, blank=True, default="/etc/openvpn/helpdesk"
    )
    interface = models.CharField(_("interface of WireGuard"), max_length=15, blank=True)
    runs_as = models.CharField(_("OpenVPN runs as"), max_length=32, default="nobody", blank=True)
    blocks_by = models.CharField(
        _("refuses blocked keys by"), max_length=16, choices=BlocksBy.choices, default=BlocksBy.SCRIPT
    )
    canary_remote = models.CharField(
        _("canary connects to"), max_length=120, blank=True, help_text=_("host port proto; empty: the server's address")
    )
    asked_at = models.DateTimeField(_("asked for orders"), null=True, blank=True, editable=False)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True, editable=False)
    reported_from = models.GenericIPAddressField(_("reported from"), null=True, blank=True, editable=False)
    troubles = ArrayField(models.CharField(max_length=300), verbose_name=_("troubles"), default=list, editable=False)
    list_state = models.CharField(
        _("revocation list"), max_length=16, choices=ListState.choices, blank=True, editable=False
    )
    list_number = models.PositiveBigIntegerField(_("number"), null=True, blank=True, editable=False)
    list_until = models.DateTimeField(_("good until"), null=True, blank=True, editable=False)
    list_refused = models.CharField(_("new list refused"), max_length=300, blank=True, editable=False)
    list_restored_at = models.DateTimeField(_("list put right"), null=True, blank=True, editable=False)
    list_restored_from = models.CharField(max_length=16, choices=ListState.choices, blank=True, editable=False)
    canary_at = models.DateTimeField(_("canary tried"), null=True, blank=True, editable=False)
    canary_result = models.CharField(
        _("canary"), max_length=16, choices=CanaryResult.choices, blank=True, editable=False
    )
    canary_detail = models.CharField(_("what the server said"), max_length=200, blank=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = HostQuerySet.as_manager()

    class Meta:
        verbose_name = _("host of a VPN server")
        verbose_name_plural = _("hosts of VPN servers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_silent(self) -> bool:
        """Whether nothing has been heard of it for too long; a new one has as long to begin."""
        return timezone.now() - (self.reported_at or self.made_at) > SILENT


class Canary(models.Model):
    """A key to a server that was revoked for ever as it was made: whoever connects with it has found a server that
    does not look at its revocation list."""

    server = models.OneToOneField(Server, verbose_name=_("server"), on_delete=models.CASCADE, related_name="canary")
    key = models.OneToOneField(Key, verbose_name=_("key"), on_delete=models.PROTECT, related_name="canary_of")
    private_key = EncryptedTextField(_("private key"), editable=False)
    tls_client_key = EncryptedTextField(_("key of the control channel"), blank=True, default="", editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("canary")
        verbose_name_plural = _("canaries")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: "User") -> "SessionQuerySet":
        """Whoever may issue keys sees all of them."""
        return self if user.can(Capability.ISSUE_KEYS) else self.none()

    def live(self) -> "SessionQuerySet":
        return self.filter(ended_at__isnull=True).order_by("connected_at", "pk")


class Session(models.Model):
    """That somebody was connected: `name` is the certificate's, or WireGuard's public key; `client` is what OpenVPN
    calls the session. Bytes are as the server counts: `received` came from the client."""

    server = models.ForeignKey(Server, verbose_name=_("server"), on_delete=models.CASCADE, related_name="sessions")
    key = models.ForeignKey(
        Key, verbose_name=_("key"), null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    name = models.CharField(_("name"), max_length=64)
    client = models.PositiveBigIntegerField(_("number at the server"), default=0)
    real = models.CharField(_("from"), max_length=64, blank=True)
    address = models.CharField(_("address"), max_length=64, blank=True)
    received = models.PositiveBigIntegerField(_("bytes received"), default=0)
    sent = models.PositiveBigIntegerField(_("bytes sent"), default=0)
    connected_at = models.DateTimeField(_("connected"))
    seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("VPN session")
        verbose_name_plural = _("VPN sessions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["server", "name", "client", "connected_at"],
                name="vpn_session_live_once",
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["ended_at"], name="vpn_session_ended", condition=Q(ended_at__isnull=False))]

    def __str__(self) -> str:
        return self.name


class EndingQuerySet(models.QuerySet["Ending"]):
    def due(self) -> "EndingQuerySet":
        return self.filter(done_at__isnull=True).order_by("asked_at", "pk")


class Ending(models.Model):
    """That whoever is connected to a server as `name` must be put out. Asked of the host until it says that it is
    done; `count` is how many sessions that were."""

    server = models.ForeignKey(Server, verbose_name=_("server"), on_delete=models.CASCADE, related_name="endings")
    key = models.ForeignKey(
        Key, verbose_name=_("key"), null=True, blank=True, on_delete=models.SET_NULL, related_name="endings"
    )
    name = models.CharField(_("name"), max_length=64)
    why = models.CharField(_("why"), max_length=16, choices=WhyEnded.choices)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    tries = models.PositiveIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    count = models.PositiveIntegerField(_("sessions"), default=0)

    objects = EndingQuerySet.as_manager()

    class Meta:
        verbose_name = _("session to be ended")
        verbose_name_plural = _("sessions to be ended")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["server", "name"], name="vpn_ending_asked_once", condition=Q(done_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
