"""Mail as it came: the ledger of everything that reached us."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from tickets.mail.enums import RawMailState, Source

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class RawMailQuerySet(models.QuerySet["RawMail"]):
    def visible_to(self, user: "User") -> "RawMailQuerySet":
        """Raw mail holds everybody's secrets: only those who may see it see any of it."""
        return self if user.can(Capability.SEE_RAW_MAIL) else self.none()

    def without_bytes(self) -> "RawMailQuerySet":
        return self.defer("content")

    def claimable(self) -> "RawMailQuerySet":
        """Stored and due, or claimed by somebody whose lease ran out; oldest first."""
        now = timezone.now()
        return self.filter(
            Q(state=RawMailState.STORED, due_at__lte=now) | Q(state=RawMailState.PROCESSING, lease_until__lte=now)
        ).order_by("pk")


class RawMail(models.Model):
    """The bytes of one mail, where they came from, and what became of them.

    `uid` is the server's name for it in its folder (IMAP UID, POP3 UIDL). `kind` is what the mail turned out to be
    (`message`, `bounce`, `feedback`, `vacation`, `auto_reply`). `findings` keeps what the reading found beside the
    message: bounced recipients, warnings, authentication results. Since `masked_at` the bytes are a rendition without
    words that were taken out; `sha256` stays that of the mail as it came.
    """

    mailbox = models.ForeignKey(
        "mail.Mailbox",
        verbose_name=_("mailbox"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="raw_mails",
    )
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    uid_validity = models.BigIntegerField(_("UIDVALIDITY"), null=True, blank=True)
    uid = models.CharField(_("UID"), max_length=255, blank=True)
    envelope_from = models.CharField(_("envelope sender"), max_length=320, blank=True)
    envelope_to = models.JSONField(_("envelope recipients"), default=list)
    peer = models.GenericIPAddressField(_("handed over by"), null=True, blank=True)
    content = models.BinaryField(_("source text"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    received_at = models.DateTimeField(_("received"), db_default=Now())

    state = models.CharField(_("state"), max_length=12, choices=RawMailState.choices, default=RawMailState.STORED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=12, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), db_default=Now())
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    findings = models.JSONField(_("findings"), default=dict)
    masked_at = models.DateTimeField(_("masked"), null=True, blank=True)
    ticket = models.ForeignKey(
        "tickets.Ticket",
        verbose_name=_("ticket"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="raw_mails",
    )
    message = models.ForeignKey(
        "tickets.Message",
        verbose_name=_("message"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="raw_mails",
    )

    objects = RawMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("raw mail")
        verbose_name_plural = _("raw mails")
        indexes = [
            models.Index(
                fields=["mailbox", "id"], name="raw_mail_turn", condition=Q(state__in=["stored", "processing"])
            ),
            models.Index(fields=["state", "-id"], name="raw_mail_state"),
            models.Index(fields=["sha256"], name="raw_mail_sha256"),
            models.Index(fields=["mailbox", "-id"], name="raw_mail_mailbox"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"],
                name="raw_mail_once_on_server",
                condition=~Q(uid=""),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="processing", lease_until__isnull=False)
                | (~Q(state="processing") & Q(lease_until__isnull=True)),
                name="raw_mail_lease_while_processing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["stored", "processing"], finished_at__isnull=True)
                | (~Q(state__in=["stored", "processing"]) & Q(finished_at__isnull=False)),
                name="raw_mail_finished_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ignored", "quarantined", "duplicate"]) | ~Q(reason=""),
                name="raw_mail_reason_given",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
