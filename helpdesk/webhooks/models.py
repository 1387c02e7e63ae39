"""Hooks, what they are to be told, and how each attempt went."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.fields import EncryptedTextField
from helpdesk.webhooks.enums import UNFINISHED, EventState

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

TRIED_FOR = timedelta(days=2)
"""How long an event is tried."""
SWITCHED_OFF_AFTER = timedelta(days=5)
"""How long a hook may fail without a single success."""


class HookQuerySet(models.QuerySet["Hook"]):
    def visible_to(self, user: "User") -> "HookQuerySet":
        """Whoever configures the house sees all of them."""
        return self if user.is_superuser else self.none()


class Hook(models.Model):
    """An address that is told of `events`; with a `team` of those on its tickets alone. `key` signs; after a renewal
    the one before signs as well until `key_before_until`. `failing_since`: when the first of the failures was that no
    success has followed."""

    name = models.CharField(_("name"), max_length=100)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="hooks"
    )
    url = models.CharField(_("address"), max_length=2000)
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("events"))
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("only of the team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    with_notes = models.BooleanField(_("internal notes too"), default=False)
    key = EncryptedTextField(_("key"), editable=False)
    key_before = EncryptedTextField(_("key before"), blank=True, editable=False)
    key_before_until = models.DateTimeField(_("key before is good until"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)
    told_at = models.DateTimeField(_("owner told"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = HookQuerySet.as_manager()

    class Meta:
        verbose_name = _("web hook")
        verbose_name_plural = _("web hooks")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="hook_has_name"),
            models.CheckConstraint(condition=~Q(events=[]), name="hook_wants_something"),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="hook_fails_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EventQuerySet(models.QuerySet["Event"]):
    def due(self) -> "EventQuerySet":
        """What is to be sent now, eldest first: of one thread the first alone, so that they arrive in their order."""
        now = timezone.now()
        earlier = Event.objects.filter(
            hook=OuterRef("hook"), thread=OuterRef("thread"), state__in=sorted(UNFINISHED), pk__lt=OuterRef("pk")
        )
        left = Q(state=EventState.SENDING, lease_until__lt=now)
        return (
            self.filter(Q(state=EventState.WAITING, due_at__lte=now) | left, hook__is_active=True)
            .exclude(hook__rests_until__gt=now)
            .filter(~Exists(earlier))
            .order_by("due_at", "pk")
        )


class Event(models.Model):
    """Something a hook is to be told: what happened (`kind` and the keys in `facts`), not the words, which are read
    when it goes out. `key` is the `webhook-id`. Events of one `thread` are sent one after the other."""

    hook = models.ForeignKey(Hook, verbose_name=_("web hook"), on_delete=models.CASCADE, related_name="sent")
    key = models.UUIDField(_("webhook-id"), default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("event"), max_length=40)
    facts = models.JSONField(_("facts"), default=dict)
    thread = models.CharField(_("about"), max_length=64)
    state = models.CharField(_("state"), max_length=16, choices=EventState.choices, default=EventState.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("happened"), db_default=Now())
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a web hook")
        verbose_name_plural = _("events of web hooks")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=EventState.SENDING, lease_until__isnull=False)
                | (~Q(state=EventState.SENDING) & Q(lease_until__isnull=True)),
                name="hook_event_sent_under_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(UNFINISHED), finished_at__isnull=True)
                | (~Q(state__in=sorted(UNFINISHED)) & Q(finished_at__isnull=False)),
                name="hook_event_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="hook_event_due", condition=Q(state__in=sorted(UNFINISHED))),
            models.Index(
                fields=["hook", "thread", "id"], name="hook_event_thread", condition=Q(state__in=sorted(UNFINISHED))
            ),
            models.Index(
                fields=["finished_at"], name="hook_event_finished", condition=~Q(state__in=sorted(UNFINISHED))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Attempt(models.Model):
    """One time that an event was sent. `status` is that of the answer, null when none came; `answer` begins it, or
    says why there is none."""

    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("at"), db_default=Now())
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    took_ms = models.PositiveIntegerField(_("milliseconds"))
    answer = models.CharField(_("answer"), max_length=1024, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.status or '–'}, {self.took_ms} ms"
