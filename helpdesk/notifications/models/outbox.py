"""The outbox."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.notifications.enums import WAITED_FOR, Channel, DeliveryState, Purpose


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> "DeliveryQuerySet":
        """Queued rows whose time has come, oldest first."""
        return self.filter(state=DeliveryState.QUEUED, due_at__lte=timezone.now()).order_by("due_at", "pk")

    def about(self, thing: models.Model) -> "DeliveryQuerySet":
        content_type = ContentType.objects.get_for_model(thing)
        return self.filter(subject_type=content_type, subject_id=thing.pk).order_by("pk")

    def held(self) -> "DeliveryQuerySet":
        """What a budget or a bouncing address keeps back, newest first."""
        return self.filter(state=DeliveryState.HELD).order_by("-pk")

    def needing_a_person(self) -> "DeliveryQuerySet":
        return self.filter(state__in=[DeliveryState.UNKNOWN, DeliveryState.HELD, DeliveryState.FAILED]).order_by("-pk")


class Delivery(models.Model):
    """One outbox row: one recipient, one channel.

    `conversation` groups what counts against one budget (a ticket's number); `route` names the transport (`mailbox:7`,
    or `site` for the installation's own server). `message_id` is stamped once, before the first attempt, and never
    changes. `trying_since` is when it was queued or a person last released it: patience is counted from there.
    `data_at` is set just before the message's data goes over the wire: a lease that runs out without it is
    simply queued again, one that runs out with it is `unknown`.
    """

    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices, default=Channel.EMAIL)
    purpose = models.CharField(_("purpose"), max_length=24, choices=Purpose.choices)
    recipient = models.CharField(_("recipient"), max_length=254)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    subject_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of thing"), on_delete=models.PROTECT, related_name="+"
    )
    subject_id = models.BigIntegerField(_("thing"))
    subject = GenericForeignKey("subject_type", "subject_id")
    conversation = models.BigIntegerField(_("conversation"), null=True, blank=True)
    route = models.CharField(_("route"), max_length=32, default="site")
    content = models.JSONField(_("content"), default=dict, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=250, blank=True)

    state = models.CharField(_("state"), max_length=16, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    status_code = models.CharField(_("status"), max_length=12, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    trying_since = models.DateTimeField(_("trying since"), default=timezone.now)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    data_at = models.DateTimeField(_("data sent"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["due_at", "id"], name="delivery_due", condition=Q(state="queued")),
            models.Index(
                fields=["due_at", "id"],
                name="delivery_waited_for",
                condition=Q(state="queued", purpose__in=sorted(WAITED_FOR)),
            ),
            models.Index(fields=["lease_until"], name="delivery_leased", condition=Q(state="sending")),
            models.Index(
                fields=["recipient", "id"],
                name="delivery_behind",
                condition=Q(state__in=["queued", "sending"]) & ~Q(channel="email"),
            ),
            models.Index(fields=["subject_type", "subject_id"], name="delivery_subject"),
            models.Index(fields=["recipient", "created_at"], name="delivery_recipient"),
            models.Index(
                fields=["conversation", "created_at"],
                name="delivery_conversation",
                condition=Q(conversation__isnull=False),
            ),
            models.Index(
                fields=["-id"], name="delivery_needs_person", condition=Q(state__in=["unknown", "held", "failed"])
            ),
            models.Index(fields=["message_id"], name="delivery_message_id", condition=~Q(message_id="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True)),
                name="delivery_lease_while_sending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} #{self.pk}"


class Breaker(models.Model):
    """A transport that failed for everybody (sign-in, TLS, no connection) rests before it is tried again."""

    route = models.CharField(_("route"), max_length=32, unique=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    open_until = models.DateTimeField(_("rests until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("circuit breaker")
        verbose_name_plural = _("circuit breakers")
        ordering = ["route"]

    def __str__(self) -> str:
        return self.route
