"""What contractors see of the vault, and until when."""

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class EntryGrantQuerySet(models.QuerySet["Grant"]):
    def live(self) -> "EntryGrantQuerySet":
        """Those that have not ended, by the database's clock."""
        return self.filter(ended_at__isnull=True, until__gt=Now())

    def run_out(self) -> "EntryGrantQuerySet":
        """Those whose time is over and which nobody has ended."""
        return self.filter(ended_at__isnull=True, until__lte=Now())

    def visible_to(self, user: "User") -> "EntryGrantQuerySet":
        """All to whoever keeps the vault, and one's own to everybody else of the staff."""
        if user.can(Capability.ENTER_DESK) and user.can(Capability.KEEP_VAULT):
            return self
        return self.filter(user=user) if user.can(Capability.ENTER_DESK) else self.none()


@pghistory.track()
class Grant(models.Model):
    """One person of the staff sees one entry, from `granted_at` until `until`, or `ended_at` where it was ended
    before."""

    entry = models.ForeignKey("hosting.Entry", verbose_name=_("entry"), on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="vault_grants"
    )
    reason = models.CharField(_("reason"), max_length=500)
    granted_at = models.DateTimeField(_("granted"), db_default=Now())
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("granted by"), on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = EntryGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant of an entry")
        verbose_name_plural = _("grants of entries")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="vault_grant_for_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=F("granted_at")), name="vault_grant_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ended_at__isnull=False), name="vault_grant_ended_at_a_moment"
            ),
            models.UniqueConstraint(
                fields=["entry", "user"], name="vault_grant_once", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.entry_id}"
