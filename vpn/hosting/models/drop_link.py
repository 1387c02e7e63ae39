"""Links by which somebody without an account here hands a secret over."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from vpn.hosting.models.entry import Entry, Secret

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class DropLinkQuerySet(models.QuerySet["DropLink"]):
    def visible_to(self, user: "User") -> "DropLinkQuerySet":
        """All to staff who may see the vault, and one's own to other staff."""
        if not user.can(Capability.ENTER_DESK):
            return self.none()
        return self if user.can(Capability.SEE_VAULT) else self.filter(made_by=user)

    def good(self) -> "DropLinkQuerySet":
        """Those that still take a secret: by the database's clock."""
        return self.filter(used_at__isnull=True, taken_back_at__isnull=True, expires_at__gt=Now())


class DropLink(models.Model):
    """A link that takes one secret, once, until `expires_at`: into its entry, or a new one of its organisation called
    what was `asked` for. Only its SHA-256 is kept."""

    token_hash = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    entry = models.ForeignKey(
        Entry, verbose_name=_("entry"), null=True, blank=True, on_delete=models.PROTECT, related_name="drop_links"
    )
    ticket = models.ForeignKey(
        "tickets.Ticket", verbose_name=_("ticket"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked = models.CharField(_("asked for"), max_length=100)
    made_at = models.DateTimeField(_("made"), db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    secret = models.ForeignKey(
        Secret, verbose_name=_("secret"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DropLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("secure link")
        verbose_name_plural = _("secure links")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(asked=""), name="vault_link_asks_for_something"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, secret__isnull=True) | Q(used_at__isnull=False, secret__isnull=False),
                name="vault_link_used_by_a_secret",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False, used_at__isnull=True),
                name="vault_link_taken_back_or_used",
            ),
        ]

    def __str__(self) -> str:
        return self.asked
