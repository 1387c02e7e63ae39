"""Wishes for keys."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from vpn.enums import OPEN_REQUESTS, RequestState
from vpn.models.key import Key
from vpn.models.server import Server

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class KeyRequestQuerySet(models.QuerySet["KeyRequest"]):
    def visible_to(self, user: "User") -> "KeyRequestQuerySet":
        """One's own, and those one made for somebody; whoever may issue keys sees all."""
        return self if user.can(Capability.ISSUE_KEYS) else self.filter(Q(person=user) | Q(asked_by=user))

    def open(self) -> "KeyRequestQuerySet":
        return self.filter(state__in=sorted(OPEN_REQUESTS))


class KeyRequest(models.Model):
    """That `person` needs a key to `server` for a device, and what was decided."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="key_requests"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    device_name = models.CharField(_("device"), max_length=31)
    server = models.ForeignKey(Server, verbose_name=_("server"), on_delete=models.PROTECT, related_name="requests")
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("what for"), max_length=1000)
    ticket = models.ForeignKey(
        "tickets.Ticket",
        verbose_name=_("ticket"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=16, choices=RequestState.choices, default=RequestState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("why not"), max_length=500, blank=True)
    key = models.OneToOneField(
        Key, verbose_name=_("key"), null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )

    objects = KeyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a key")
        verbose_name_plural = _("requests for keys")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.WAITING, decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(state=RequestState.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="key_request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.ISSUED) | Q(key__isnull=False), name="key_request_issued_has_key"
            ),
            models.UniqueConstraint(
                fields=["person", "server", "device_name"],
                name="key_request_open_once",
                condition=Q(state__in=sorted(OPEN_REQUESTS)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.server_id}"
