"""What one person is told of, and by which ways it still has to go out."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person: User) -> "NoticeQuerySet":
        """What stands in this person's list, newest first."""
        return self.filter(person=person, is_listed=True).order_by("-pk")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One person, one thing that happened (`key` names it): whatever happens in between, nobody is told twice.

    `is_listed`: it stands in the list behind the bell, until it is read or not. What is said was written for this
    person when it happened; whether they may still know of it is asked when it goes out, and when it is shown.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    occasion = models.CharField(_("occasion"), max_length=24)
    key = models.CharField(_("what happened"), max_length=64)
    subject_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of thing"), on_delete=models.PROTECT, related_name="+"
    )
    subject_id = models.BigIntegerField(_("thing"))
    subject = GenericForeignKey("subject_type", "subject_id")
    title = models.CharField(_("title"), max_length=200)
    text = models.CharField(_("text"), max_length=2000, blank=True)
    path = models.CharField(_("page that opens"), max_length=300)
    is_listed = models.BooleanField(_("in the list"), default=True)
    happened_at = models.DateTimeField(_("happened"), db_default=Now())
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once_for_each_person")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_list", condition=Q(is_listed=True)),
            models.Index(fields=["person"], name="notice_unread", condition=Q(is_listed=True, read_at__isnull=True)),
            models.Index(fields=["happened_at"], name="notice_age"),
        ]

    def __str__(self) -> str:
        return self.title


class Waiting(models.Model):
    """A notice that still has to go out by a channel, not before `due_at`. A queue: a row goes when it is in the
    outbox, alone or among others in a digest."""

    notice = models.ForeignKey(Notice, verbose_name=_("notice"), on_delete=models.CASCADE, related_name="waiting")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=32)
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("waiting notice")
        verbose_name_plural = _("waiting notices")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="notice_waits_once_for_each_channel")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="waiting_due"),
            models.Index(fields=["person", "channel"], name="waiting_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk}"
