"""Invitations: into a client organisation, and among the staff."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from helpdesk.accounts.models.user import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor taken back; they may have run out."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def of_staff(self) -> "InvitationQuerySet":
        return self.filter(organisation__isnull=True)

    def visible_to(self, user: "User") -> "InvitationQuerySet":
        """Those of their own organisation."""
        return self.filter(organisation__isnull=False, organisation=user.organisation_id)


class Invitation(models.Model):
    """Somebody is asked, by their address, to join: an organisation by its manager, the staff by an administrator, who
    says in which role, which teams and which language. Only the link's hash is kept.

    `is_doubtful`: the address belongs to somebody whom no link may bring here; no letter went out, and whoever invites
    can't tell.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="invitations",
    )
    role = models.CharField(_("role"), max_length=32, blank=True)
    teams = models.ManyToManyField("accounts.Team", verbose_name=_("teams"), blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=8, blank=True)
    address = models.EmailField(_("address"), max_length=254)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=200, blank=True)
    is_manager = models.BooleanField(_("as manager"), default=False)
    is_doubtful = models.BooleanField(_("for an administrator to decide"), default=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("invited by"), on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address"],
                name="invitation_one_open",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["address"],
                name="invitation_one_open_of_staff",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True, organisation__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, role="") | (Q(organisation__isnull=True) & ~Q(role="")),
                name="invitation_to_one_side",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_of_staff(self) -> bool:
        return self.organisation_id is None
