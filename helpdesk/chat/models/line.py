"""What is said in rooms, and the files that come with it."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.chat.models.room import Room

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, user: "User") -> "LineQuerySet":
        """What is said in rooms that this person sees."""
        return self.filter(room__in=Room.objects.visible_to(user))

    def unread_by(self, user: "User") -> "LineQuerySet":
        """What others said in rooms that this person sees, after what they have read there."""
        unread = Q(room__readings__person=user, pk__gt=models.F("room__readings__read_to"))
        return self.visible_to(user).filter(unread, deleted_at__isnull=True).exclude(author=user)

    def standing(self) -> "LineQuerySet":
        """Without those that were deleted."""
        return self.filter(deleted_at__isnull=True)


class Line(models.Model):
    """Something said in a room, plain text; of a deleted one only who said it, and when. `token` names the form it came
    from. `mentioned` are the keys of those whom it calls. `version` counts its changes, the latest at `edited_at`; the
    words before are its `EarlierLine`s."""

    room = models.ForeignKey(
        Room, verbose_name=_("room"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    token = models.UUIDField(_("form"), default=uuid4)
    text = models.TextField(_("text"), blank=True)
    mentioned = ArrayField(models.BigIntegerField(), verbose_name=_("whom it calls"), default=list, blank=True)
    created_at = models.DateTimeField(_("said"), default=timezone.now)
    version = models.PositiveIntegerField(_("version"), default=0)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["room", "id"], name="line_room"),
            models.Index(fields=["author", "created_at"], name="line_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "token"], name="line_once"),
            models.CheckConstraint(condition=Q(deleted_at__isnull=True) | Q(text=""), name="deleted_line_says_nothing"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class EarlierLine(models.Model):
    """What a line said until its author changed or deleted it. `version` is that of the line then, which stood `until`
    that moment."""

    line = models.ForeignKey(Line, verbose_name=_("line"), on_delete=models.CASCADE, related_name="earlier")
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("earlier line")
        verbose_name_plural = _("earlier lines")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["line", "version"], name="earlier_line_once")]

    def __str__(self) -> str:
        return f"#{self.line_id}.{self.version}"


class EnclosureQuerySet(models.QuerySet["Enclosure"]):
    def visible_to(self, user: "User") -> "EnclosureQuerySet":
        """Files of lines that this person sees; one that no line has taken yet is its uploader's alone."""
        return self.filter(
            Q(line__in=Line.objects.visible_to(user).standing()) | Q(line__isnull=True, uploaded_by=user)
        )


class Enclosure(models.Model):
    """A file that comes with a line, kept once per content under its SHA-256. `content_type` is our own finding."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    line = models.ForeignKey(
        Line, verbose_name=_("line"), null=True, blank=True, on_delete=models.CASCADE, related_name="enclosures"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    filename = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("content type"), max_length=127)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    file = models.FileField(_("file"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = EnclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("file in the chat")
        verbose_name_plural = _("files in the chat")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.filename


class Untold(models.Model):
    """A line of which somebody may have to be told who is away. A queue: a row goes when a worker has done so."""

    line = models.OneToOneField(
        Line, verbose_name=_("line"), primary_key=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("line to be told")
        verbose_name_plural = _("lines to be told")

    def __str__(self) -> str:
        return f"#{self.pk}"
