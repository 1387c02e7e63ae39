"""What is being written and was not said yet."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.enums import Writing
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class KeptDraftQuerySet(models.QuerySet["KeptDraft"]):
    def visible_to(self, user: "User") -> "KeptDraftQuerySet":
        """A person's own, on tickets that they may still see."""
        return self.filter(author=user, ticket__in=Ticket.objects.visible_to(user))

    def unscheduled(self) -> "KeptDraftQuerySet":
        return self.filter(send_at__isnull=True)

    def scheduled(self) -> "KeptDraftQuerySet":
        return self.filter(send_at__isnull=False)


class KeptDraft(models.Model):
    """What somebody writes on a ticket: one draft for each person, ticket and kind, and any number of messages that go
    out by themselves at `send_at`.

    `fields` is what the form holds beside its text, as typed; its `files` are uploads (`[{"id", "name", "size"}]`) that
    no message has yet. `key` is the form that saved it last and `version` counts its saves. A page that did not know of
    the latest text puts its own into `asides`, by its key: nothing is overwritten unseen. `refusal` says why a message
    that was to be sent by itself came back.
    """

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.CASCADE, related_name="drafts"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Writing.choices)
    text = models.TextField(_("text"), blank=True)
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    asides = models.JSONField(_("texts of other pages"), default=dict, blank=True)
    key = models.UUIDField(_("form"), default=uuid4)
    version = models.PositiveIntegerField(_("version"), default=0)
    send_at = models.DateTimeField(_("goes out"), null=True, blank=True)
    refusal = models.CharField(_("why it came back"), max_length=300, blank=True)
    updated_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = KeptDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [
            models.Index(fields=["send_at", "id"], name="draft_scheduled", condition=Q(send_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "ticket", "kind"], name="draft_once", condition=Q(send_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(send_at__isnull=True) | ~Q(kind=Writing.NOTE), name="draft_note_is_not_scheduled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
