"""Where people are reached beside the desk and the letter box: gateways with their addresses, browsers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.core.fields import EncryptedTextField


class Gateway(models.Model):
    """A service that hands messages over: SMS, Jabber, Telegram, Pushbullet and whatever else Apprise knows.

    `url` is Apprise's, with `{to}` where the address of a person stands; it holds passwords, so it is sealed.
    `address_label` is what people read beside the field for theirs ("Phone number").
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    url = EncryptedTextField(_("address of the service"))
    address_label = models.CharField(_("what an address is called"), max_length=60)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def channel(self) -> str:
        """The channel that this gateway is; also the route of its rows in the outbox."""
        return f"gateway:{self.pk}"


class Address(models.Model):
    """Where one person is reached by one gateway. Nothing but a code is sent there until `proven_at`."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    gateway = models.ForeignKey(Gateway, verbose_name=_("gateway"), on_delete=models.CASCADE, related_name="addresses")
    value = models.CharField(_("address"), max_length=120)
    proven_at = models.DateTimeField(_("proven"), null=True, blank=True)
    code_digest = models.CharField(_("digest of the code"), max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField(_("code is good until"), null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("wrong codes"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("address at a gateway")
        verbose_name_plural = _("addresses at gateways")
        ordering = ["gateway", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "gateway"], name="one_address_at_a_gateway"),
            models.CheckConstraint(condition=~Q(value=""), name="gateway_address_says_something"),
        ]

    def __str__(self) -> str:
        return self.value


class Browser(models.Model):
    """A browser that shows notices of ours while no page is open (Push API). Whoever knows `endpoint` and has our key
    may push to it, so it is sealed; `endpoint_digest` (SHA-256) finds it again."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    endpoint = EncryptedTextField(_("endpoint"))
    endpoint_digest = models.CharField(_("digest of the endpoint"), max_length=64, unique=True, editable=False)
    p256dh = models.CharField(_("public key"), max_length=100)
    auth = EncryptedTextField(_("secret"))
    name = models.CharField(_("browser"), max_length=120)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("browser for notices")
        verbose_name_plural = _("browsers for notices")
        ordering = ["person", "pk"]

    def __str__(self) -> str:
        return self.name


class PushKey(models.Model):
    """The key pair with which we sign to push services (VAPID, RFC 8292); there is one, made when it is first needed.
    `private` is PEM, sealed; browsers know `public`, so it must not change."""

    is_ours = models.BooleanField(_("ours"), default=True, unique=True, editable=False)
    private = EncryptedTextField(_("private key"), editable=False)
    public = models.CharField(_("public key"), max_length=100, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("key of web push")
        verbose_name_plural = _("keys of web push")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(is_ours=True), name="one_key_of_web_push")]

    def __str__(self) -> str:
        return self.public[:12]
