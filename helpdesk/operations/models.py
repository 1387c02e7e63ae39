"""What is measured every minute, when that is too much, and who is told."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.fields import EncryptedTextField
from helpdesk.operations.enums import Measure, Way

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

NAME = 64
"""Letters of a series: the family, and after a colon which of it."""


M = TypeVar("M", bound=models.Model)


class HouseQuerySet(models.QuerySet[M]):
    def visible_to(self, user: "User") -> Self:
        """Whoever configures the house sees all of it."""
        return self if user.is_superuser else self.none()


class Sample(models.Model):
    """One series at one minute; null is what it has no figure for, or what nobody could say.

    `came` and `went` are of the `span` minutes that end with `at`. Of a thinned sample (`span` over 1) the other
    figures are the worst of its minutes. `level` is the one figure of what is no queue; its unit is that of the family
    (see `watching.families`). `mark` is where the next count of arrivals begins.
    """

    series = models.CharField(_("what"), max_length=NAME)
    at = models.DateTimeField(_("at"))
    span = models.PositiveSmallIntegerField(_("minutes"), default=1)
    waiting = models.PositiveIntegerField(_("waiting"), null=True)
    failed = models.PositiveIntegerField(_("need a person"), null=True)
    oldest_seconds = models.FloatField(_("age of the oldest, seconds"), null=True)
    came = models.PositiveIntegerField(_("came"), null=True)
    went = models.PositiveIntegerField(_("went"), null=True)
    level = models.FloatField(_("level"), null=True)
    mark = models.BigIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("Queues and the machine")
        constraints = [
            models.UniqueConstraint(fields=["at", "series"], name="sample_once"),
            models.CheckConstraint(condition=Q(span__gte=1), name="sample_of_some_time"),
        ]

    def __str__(self) -> str:
        return self.series


class Pulse(models.Model):
    """A bell that is rung through the broker for each queue of workers every minute, and whether it was heard.

    `rung_at` is the first ring since it was last heard; `heard_by` the worker's name. The row `beat` is written by beat
    itself.
    """

    queue = models.CharField(_("queue"), max_length=NAME, unique=True)
    rung_at = models.DateTimeField(_("rung"))
    heard_at = models.DateTimeField(_("heard"), null=True)
    heard_by = models.CharField(_("heard by"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")

    def __str__(self) -> str:
        return self.queue


class Threshold(models.Model):
    """When a figure is too much (or, where the family counts what is left, too little).

    An alert is raised when it was so for `minutes` samples in a row, and is over when it was no worse than `ends_at`
    for as many.
    """

    family = models.CharField(_("what"), max_length=NAME)
    measure = models.CharField(_("figure"), max_length=16, choices=Measure.choices)
    limit = models.FloatField(_("alert beyond"))
    ends_at = models.FloatField(_("over at"))
    minutes = models.PositiveSmallIntegerField(_("for minutes"), default=2)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet["Threshold"].as_manager()

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        ordering = ["family", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["family", "measure"], name="threshold_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=60), name="threshold_within_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.family}, {self.get_measure_display()}"


class AlertQuerySet(HouseQuerySet["Alert"]):
    def lasting(self) -> "AlertQuerySet":
        """Open or acknowledged, eldest first."""
        return self.filter(ended_at__isnull=True).order_by("opened_at", "pk")


class Alert(models.Model):
    """A threshold that was passed: open, acknowledged by somebody, then over; kept as the history.

    `value` is the figure that raised it, `worst` the worst since. `told_at` and `told_by`: when administrators were
    told, and by which way; `end_told_at`: that it is over.
    """

    threshold = models.ForeignKey(
        Threshold, verbose_name=_("threshold"), on_delete=models.PROTECT, related_name="alerts"
    )
    series = models.CharField(_("what"), max_length=NAME)
    value = models.FloatField(_("figure"))
    worst = models.FloatField(_("worst"))
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    told_by = models.CharField(_("told by"), max_length=100, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acknowledged by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("over since"), null=True, blank=True)
    end_told_at = models.DateTimeField(_("told that it is over"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert of the watch")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="alert_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["threshold", "series"], name="alert_once_at_a_time", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="alert_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("opened_at")), name="alert_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} #{self.pk}"


class AlertWay(models.Model):
    """One way to tell administrators of alerts. The first that does not fail itself is taken, in the order of
    `position`. `mailbox` empty means the installation's own server; `messenger` is one of the gateways of notices, by
    which the word goes to `receiver`."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=10)
    way = models.CharField(_("by"), max_length=8, choices=Way.choices, default=Way.MAIL)
    mailbox = models.ForeignKey(
        "mail.Mailbox",
        verbose_name=_("sent by the mailbox"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    url = EncryptedTextField(_("web address"), blank=True)
    messenger = models.ForeignKey(
        "notifications.Gateway",
        verbose_name=_("gateway"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    receiver = models.CharField(_("receiver at the gateway"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = HouseQuerySet["AlertWay"].as_manager()

    class Meta:
        verbose_name = _("way of telling")
        verbose_name_plural = _("ways of telling")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(way=Way.MAIL) | Q(mailbox__isnull=True), name="way_by_mailbox_is_mail"),
            models.CheckConstraint(
                condition=(Q(way=Way.SERVICE, messenger__isnull=False) & ~Q(receiver=""))
                | (~Q(way=Way.SERVICE) & Q(messenger__isnull=True, receiver="")),
                name="way_by_messenger_goes_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True, reason="") | (Q(failed_at__isnull=False) & ~Q(reason="")),
                name="way_failed_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OutsideWatch(models.Model):
    """An address outside that is asked every minute while everything lives: when it hears nothing more, whoever runs
    it calls somebody."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    url = EncryptedTextField(_("web address"))
    is_active = models.BooleanField(_("active"), default=True)
    told_at = models.DateTimeField(_("last told"), null=True, blank=True, editable=False)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = HouseQuerySet["OutsideWatch"].as_manager()

    class Meta:
        verbose_name = _("watch from outside")
        verbose_name_plural = _("watches from outside")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
