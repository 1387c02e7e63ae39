"""Who saw which secret, and who asked to."""

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.retelling import retold
from vpn.hosting.enums import RequestState, RevealKind
from vpn.hosting.models.entry import Entry, Secret

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class RevealQuerySet(models.QuerySet["Reveal"]):
    def visible_to(self, user: "User") -> "RevealQuerySet":
        """Those of entries that the person sees; a contractor's own ones alone."""
        mine = self.filter(entry__in=Entry.objects.visible_to(user).order_by().values("pk"))
        if user.can(Capability.ENTER_DESK) and not user.can(Capability.SEE_VAULT):
            return mine.filter(by=user)
        return mine

    def by_people(self) -> "RevealQuerySet":
        """Without what the program uses by itself, night after night."""
        return self.filter(by__isnull=False)

    def by_the_program(self) -> "RevealQuerySet":
        """What it uses by itself, for nobody."""
        return self.filter(by__isnull=True)

    def for_list(self) -> "RevealQuerySet":
        """With all that a list names; nothing is unsealed."""
        return self.select_related("by", "secret", "ticket", "approved_by").defer("secret__value")


class Reveal(models.Model):
    """Somebody saw a secret, or had it used, until `until`; without `by` the program used it for itself. The database
    refuses UPDATE, DELETE and TRUNCATE."""

    entry = models.ForeignKey(Entry, verbose_name=_("entry"), on_delete=models.PROTECT, related_name="reveals")
    secret = models.ForeignKey(Secret, verbose_name=_("secret"), on_delete=models.PROTECT, related_name="reveals")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vault_reveals",
    )
    reason = models.CharField(_("reason"), max_length=500)
    ticket = models.ForeignKey(
        "tickets.Ticket",
        verbose_name=_("ticket"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vault_reveals",
    )
    kind = models.CharField(_("kind"), max_length=16, choices=RevealKind.choices)
    at = models.DateTimeField(_("at"), db_default=Now())
    until = models.DateTimeField(_("until"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = RevealQuerySet.as_manager()

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="vault_reveal_for_a_reason"),
            models.CheckConstraint(condition=~Q(approved_by=F("by")), name="vault_reveal_approved_by_another"),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(kind=RevealKind.USED), name="vault_reveal_shown_to_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["entry", "id"], name="vault_reveal_of_entry"),
            models.Index(fields=["by", "at"], name="vault_reveal_who"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'Reveals are append-only.';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} → {self.secret_id}"

    @property
    def why(self) -> str:
        """The reason in the reader's language where the program gave it, else as somebody wrote it."""
        return retold(self.reason) if self.kind == RevealKind.USED else self.reason


class RevealRequestQuerySet(models.QuerySet["RevealRequest"]):
    def visible_to(self, user: "User") -> "RevealRequestQuerySet":
        """All to whoever keeps the vault, and one's own."""
        if user.can(Capability.ENTER_DESK) and user.can(Capability.KEEP_VAULT):
            return self
        return self.filter(by=user) if user.can(Capability.ENTER_DESK) else self.none()

    def waiting(self) -> "RevealRequestQuerySet":
        return self.filter(state=RequestState.WAITING)

    def good(self) -> "RevealRequestQuerySet":
        """Approved, not used, not run out: by the database's clock."""
        return self.filter(state=RequestState.APPROVED, good_until__gt=Now())


class RevealRequest(models.Model):
    """Somebody wants a secret of an entry that wants a second person: approved, it is good once, until `good_until`."""

    secret = models.ForeignKey(Secret, verbose_name=_("secret"), on_delete=models.PROTECT, related_name="requests")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500)
    ticket = models.ForeignKey(
        "tickets.Ticket", verbose_name=_("ticket"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=16, choices=RequestState.choices, default=RequestState.WAITING)
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    good_until = models.DateTimeField(_("good until"), null=True, blank=True)
    reveal = models.OneToOneField(
        Reveal, verbose_name=_("reveal"), null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )

    objects = RevealRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to reveal")
        verbose_name_plural = _("requests to reveal")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="vault_request_for_a_reason"),
            models.CheckConstraint(condition=~Q(decided_by=F("by")), name="vault_request_decided_by_another"),
            models.CheckConstraint(
                condition=Q(state=RequestState.WAITING, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state=RequestState.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="vault_request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.USED, reveal__isnull=False)
                | (~Q(state=RequestState.USED) & Q(reveal__isnull=True)),
                name="vault_request_used_by_a_reveal",
            ),
            models.UniqueConstraint(
                fields=["secret", "by"], name="vault_request_once", condition=Q(state=RequestState.WAITING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} → {self.secret_id}"


class CheckOff(models.Model):
    """A secret that somebody who left knew has been dealt with: whatever they saw before `at` is no longer good."""

    secret = models.ForeignKey(Secret, verbose_name=_("secret"), on_delete=models.PROTECT, related_name="check_offs")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who left"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("checked off by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("secret checked off")
        verbose_name_plural = _("secrets checked off")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "secret"], name="vault_check_off_of")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.secret_id}"
