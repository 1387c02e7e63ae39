"""What is said on tickets, and the files that come with it."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.core.filetypes import INLINE_PICTURES
from tickets.enums import Approval, Channel, MessageKind
from tickets.models.ticket import Ticket
from tickets.rendering import without_folds

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


GONE_OUT = Q(held_until__isnull=True) | Q(held_until__lte=Now())
"""Not within the seconds in which its author may take it back."""


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: "User") -> "MessageQuerySet":
        """Messages on visible tickets; customers never see notes nor what nobody has let in."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user)).readable_by(user)

    def readable_by(self, user: "User") -> "MessageQuerySet":
        """What this person may read of tickets that they see."""
        if not user.is_customer:
            return self
        public = Q(approval__in=[Approval.NONE, Approval.APPROVED]) | Q(author=user)
        return self.exclude(kind=MessageKind.NOTE).filter(public, GONE_OUT)

    def seen_of(self, user: "User", *, tickets: Collection[int]) -> "MessageQuerySet":
        """The same as `visible_to` for messages on these tickets: asked of the few, where the planner would rather
        gather all tickets that the person sees."""
        seen = Ticket.objects.visible_to(user).filter(pk__in=tickets)
        return self.filter(ticket__in=seen).readable_by(user)

    def public(self) -> "MessageQuerySet":
        """What customers may read: no notes, nothing that waits for approval or was refused, nothing that may yet be
        taken back."""
        return self.exclude(kind=MessageKind.NOTE).filter(GONE_OUT, approval__in=[Approval.NONE, Approval.APPROVED])

    def held(self) -> "MessageQuerySet":
        """What may yet be taken back."""
        return self.filter(held_until__gt=Now())

    def for_conversation(self) -> "MessageQuerySet":
        """In order of arrival, with authors and files, in two statements."""
        return self.select_related("author", "edited_by").prefetch_related("attachments").order_by("pk")


class Message(models.Model):
    """Something said on a ticket. Order is by arrival (`id`).

    `text` is complete, never cut; `folds` are the character ranges of it that are quote or signature. `html` is
    sanitised once on store. `sent_to` and `sent_cc` are `[{"name", "address"}]`. `thread_signal` says why the message
    is on this ticket and `thread_confidence` (0 to 100) how sure that is. `content_hash` tells copies of one mail.
    Until `held_until` nothing leaves the house and no customer sees it: its author may take it back.
    `version` counts the changes of a note, `edited_at` and `edited_by` are of the last one; the words before are its
    `EarlierWords`.
    """

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(_("kind"), max_length=8, choices=MessageKind.choices)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="messages"
    )
    from_name = models.CharField(_("from, name"), max_length=200, blank=True)
    from_address = models.CharField(_("from, address"), max_length=254, blank=True)
    sent_to = models.JSONField(_("to"), default=list)
    sent_cc = models.JSONField(_("cc"), default=list)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    text = models.TextField(_("text"), blank=True)
    folds = models.JSONField(_("folded ranges"), default=list)
    html = models.TextField(_("HTML"), blank=True)
    has_remote_pictures = models.BooleanField(_("remote pictures"), default=False)
    message_id = models.CharField(_("Message-ID"), max_length=998, blank=True)
    in_reply_to = models.CharField(_("in reply to"), max_length=998, blank=True)
    thread_signal = models.CharField(_("why here"), max_length=32, blank=True)
    thread_confidence = models.PositiveSmallIntegerField(_("confidence"), default=100)
    content_hash = models.CharField(_("content hash"), max_length=64, blank=True)
    approval = models.CharField(
        _("approval"), max_length=8, choices=Approval.choices, default=Approval.NONE, blank=True
    )
    flags = models.JSONField(_("flags"), default=dict, blank=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    created_at = models.DateTimeField(_("arrived"), db_default=Now())
    held_until = models.DateTimeField(_("may be taken back until"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, db_default=0, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("edited by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    idempotency_key = models.CharField(_("idempotency key"), max_length=64, null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_ticket"),
            models.Index(fields=["author", "created_at"], name="message_replied", condition=Q(kind="reply")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message_id", "content_hash"],
                name="message_once",
                condition=Q(kind="inbound") & ~Q(message_id=""),
            ),
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                name="message_idempotency",
                condition=Q(idempotency_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.kind != MessageKind.NOTE and self.approval in (Approval.NONE, Approval.APPROVED)

    @property
    def visible_text(self) -> str:
        """The sender's own words: the text without its folded ranges."""
        return without_folds(self.text, self.folds)


class EarlierWords(models.Model):
    """What a note said until somebody changed it. `version` is that of the note then; `written_by` said it, and it
    stood until `until`."""

    message = models.ForeignKey(
        Message, verbose_name=_("message"), on_delete=models.CASCADE, related_name="earlier_words"
    )
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("earlier words")
        verbose_name_plural = _("earlier words")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["message", "version"], name="earlier_words_once")]

    def __str__(self) -> str:
        return f"#{self.message_id}.{self.version}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: "User") -> "AttachmentQuerySet":
        """Files of visible messages; an upload that no message took yet is its uploader's alone."""
        return self.filter(Q(message__in=Message.objects.visible_to(user)) | Q(message__isnull=True, uploaded_by=user))


class Attachment(models.Model):
    """A file of a message, kept once per content under its SHA-256.

    `content_type` is our own finding, `declared_type` the sender's word. `content_id` and `is_inline`: a picture that
    the message's HTML shows in its text.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    message = models.ForeignKey(
        Message, verbose_name=_("message"), null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    filename = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("content type"), max_length=127)
    declared_type = models.CharField(_("declared type"), max_length=127, blank=True)
    content_id = models.CharField(_("Content-ID"), max_length=250, blank=True)
    is_inline = models.BooleanField(_("inline"), default=False)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    file = models.FileField(_("file"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["file"], name="attachment_file")]

    def __str__(self) -> str:
        return self.filename

    def is_shown_in(self, html: str) -> bool:
        """Whether a message's HTML shows this picture among its words."""
        return bool(self.content_id) and self.content_type in INLINE_PICTURES and f'"cid:{self.content_id}"' in html
