"""Addresses we receive and send by."""

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.core.fields import EncryptedTextField
from tickets.mail.enums import AfterFetch, Protocol, Security

PORT = [MinValueValidator(1), MaxValueValidator(65535)]


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def active(self) -> "MailboxQuerySet":
        return self.filter(is_active=True)

    def without_secrets(self) -> "MailboxQuerySet":
        """For whoever only needs the addresses: a password that cannot be opened must not stop the mail of all."""
        return self.defer("in_password", "out_password")

    def fetched(self) -> "MailboxQuerySet":
        """Those whose mail lies on a server that we ask."""
        return self.active().exclude(protocol=Protocol.NONE).order_by("pk")


# Secrets, and what fetching itself writes all the time, stay out of the history.
UNTRACKED = [
    "in_password", "out_password", "uid_space", "uid_validity", "last_uid",
    "server_count", "fetched_at", "fetch_error", "fetch_failures",
]  # fmt: skip


@pghistory.track(exclude=UNTRACKED)
class Mailbox(models.Model):
    """An address we receive and send by. `also_known_as` are further addresses that arrive here.

    `uid_space` is the account and folder that the UIDs we know belong to; `uid_validity` and `last_uid` say how far an
    IMAP folder was read (RFC 9051, section 2.3.1.1); `server_count` is what the server said it holds when it was last
    asked.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    address = models.EmailField(_("address"), unique=True)
    also_known_as = models.JSONField(_("also known as"), default=list, blank=True)
    from_name = models.CharField(_("sender name"), max_length=100, blank=True)
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="mailboxes",
        help_text=_("New tickets of this mailbox go to this team."),
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    signature = models.TextField(_("signature"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("Sends for tickets that did not come by mail.")
    )

    protocol = models.CharField(_("protocol"), max_length=8, choices=Protocol.choices, default=Protocol.NONE)
    in_host = models.CharField(_("server"), max_length=253, blank=True)
    in_port = models.PositiveIntegerField(_("port"), default=993, validators=PORT)
    in_security = models.CharField(_("encryption"), max_length=8, choices=Security.choices, default=Security.TLS)
    in_username = models.CharField(_("user name"), max_length=254, blank=True)
    in_password = EncryptedTextField(_("password"), blank=True)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX", blank=True)
    after_fetch = models.CharField(
        _("after fetching"), max_length=8, choices=AfterFetch.choices, default=AfterFetch.KEEP
    )
    move_to = models.CharField(_("move to folder"), max_length=200, blank=True)
    verify_certificate = models.BooleanField(_("check certificates"), default=True)

    out_host = models.CharField(_("outgoing server"), max_length=253, blank=True)
    out_port = models.PositiveIntegerField(_("outgoing port"), default=587, validators=PORT)
    out_security = models.CharField(
        _("outgoing encryption"), max_length=8, choices=Security.choices, default=Security.STARTTLS
    )
    out_username = models.CharField(_("outgoing user name"), max_length=254, blank=True)
    out_password = EncryptedTextField(_("outgoing password"), blank=True)

    plus_addresses = models.BooleanField(
        _("takes plus addresses"),
        default=False,
        help_text=_("The server delivers support+anything@… here: answers then go to an address of the ticket's own."),
    )

    acknowledge = models.BooleanField(_("acknowledge new requests"), default=False)
    asks_rating = models.BooleanField(
        _("ask how it was"),
        default=True,
        help_text=_("Some time after a request of this mailbox is resolved, its requester is asked how it was."),
    )
    reopen_days = models.PositiveIntegerField(
        _("reopen within days"),
        default=14,
        help_text=_("A reply to a ticket closed for longer opens a linked follow-up."),
    )

    uid_space = models.CharField(_("account and folder"), max_length=800, blank=True, editable=False)
    uid_validity = models.BigIntegerField(_("UIDVALIDITY"), null=True, blank=True, editable=False)
    last_uid = models.BigIntegerField(_("last UID"), default=0, editable=False)
    server_count = models.PositiveIntegerField(_("mails on the server"), null=True, blank=True, editable=False)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True, editable=False)
    fetch_error = models.CharField(_("last error"), max_length=500, blank=True, editable=False)
    fetch_failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="mailbox_one_default"),
            models.CheckConstraint(condition=Q(protocol="none") | ~Q(in_host=""), name="mailbox_server_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def route(self) -> str:
        """The name of this mailbox's transport in the outbox."""
        return f"mailbox:{self.pk}"

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset([self.address.lower(), *(alias.lower() for alias in self.also_known_as)])
