"""What people reach with a key."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.fields import EncryptedTextField
from vpn.enums import Engine, TlsMode
from vpn.models.authority import Authority

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class ServerQuerySet(models.QuerySet["Server"]):
    def visible_to(self, user: "User") -> "ServerQuerySet":
        """Whoever may issue keys sees all of them."""
        return self if user.can(Capability.ISSUE_KEYS) else self.none()

    def active(self) -> "ServerQuerySet":
        return self.filter(is_active=True).order_by("name", "pk")

    def offered_to(self, user: "User") -> "ServerQuerySet":
        """Those a person may ask a key for: staff for any, customers for those that are open to their organisation."""
        if not user.is_customer:
            return self.active()
        if user.organisation_id is None:
            return self.none()
        return self.active().filter(organisations=user.organisation_id)


class Server(models.Model):
    """A VPN server. `remotes` is where clients find an OpenVPN server, a line each: `host port proto`, tried in order.
    `network`: the addresses of its clients, from which WireGuard gives each key one. `routes` are networks behind it, a
    line each. `pull_token_hash` is the SHA-256 of the token with which the host fetches what it needs."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("word in addresses"), max_length=40, unique=True)
    engine = models.CharField(_("engine"), max_length=16, choices=Engine.choices, default=Engine.OPENVPN)
    is_active = models.BooleanField(_("active"), default=True)
    authority = models.ForeignKey(
        Authority,
        verbose_name=_("authority"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="servers",
    )
    organisations = models.ManyToManyField(
        "accounts.Organisation",
        verbose_name=_("open to customers"),
        blank=True,
        related_name="vpn_servers",
        help_text=_("People of these organisations may ask for a key."),
    )
    network = models.CharField(_("network of clients"), max_length=50, blank=True)
    routes = models.TextField(_("routes"), blank=True)
    dns = models.CharField(_("name servers"), max_length=200, blank=True)

    remotes = models.TextField(_("addresses"), blank=True)
    server_name = models.CharField(_("common name"), max_length=64, blank=True)
    certificate_pem = models.TextField(_("certificate"), blank=True, editable=False)
    tls_mode = models.CharField(_("control channel"), max_length=8, choices=TlsMode.choices, default=TlsMode.V2)
    tls_key = EncryptedTextField(_("key of the control channel"), blank=True, editable=False)
    management_address = models.CharField(
        _("management socket"),
        max_length=200,
        blank=True,
        help_text=_("A path, or host:port."),
    )
    management_password = EncryptedTextField(_("password of the management socket"), blank=True, default="")
    pull_token_hash = models.CharField(_("digest of the token"), max_length=64, blank=True, editable=False)

    endpoint = models.CharField(_("endpoint"), max_length=255, blank=True, help_text=_("WireGuard: host:port."))
    public_key = models.CharField(_("public key"), max_length=44, blank=True)
    private_key = EncryptedTextField(_("private key"), blank=True, default="", editable=False)
    keepalive_seconds = models.PositiveSmallIntegerField(
        _("keepalive in seconds"), default=25, validators=[MinValueValidator(0), MaxValueValidator(600)]
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = ServerQuerySet.as_manager()

    class Meta:
        verbose_name = _("VPN server")
        verbose_name_plural = _("VPN servers")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(engine=Engine.WIREGUARD, authority__isnull=True)
                | Q(engine=Engine.OPENVPN, authority__isnull=False),
                name="vpn_server_has_what_its_engine_needs",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host_key(self) -> int | None:
        """The key of the row of its host, if it has one yet."""
        return getattr(getattr(self, "host", None), "pk", None)
