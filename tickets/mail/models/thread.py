"""What ties mails to tickets."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailThread(models.Model):
    """The mail side of a ticket: the mailbox it is answered from."""

    ticket = models.OneToOneField(
        "tickets.Ticket",
        verbose_name=_("ticket"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="mail_thread",
    )
    mailbox = models.ForeignKey(
        "mail.Mailbox", verbose_name=_("mailbox"), on_delete=models.PROTECT, related_name="threads"
    )

    class Meta:
        verbose_name = _("mail thread")
        verbose_name_plural = _("mail threads")

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class KnownId(models.Model):
    """A Message-ID that belongs to a ticket: of one of its messages, or (without a message) only referenced by one,
    so that a sibling which arrives later joins it."""

    value = models.CharField(_("Message-ID"), max_length=998)
    ticket = models.ForeignKey(
        "tickets.Ticket", verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="known_ids"
    )
    message = models.ForeignKey(
        "tickets.Message",
        verbose_name=_("message"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="known_ids",
    )

    class Meta:
        verbose_name = _("known Message-ID")
        verbose_name_plural = _("known Message-IDs")
        indexes = [models.Index(fields=["value"], name="known_id_value")]

    def __str__(self) -> str:
        return f"#{self.pk}"
