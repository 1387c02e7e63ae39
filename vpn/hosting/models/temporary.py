"""How the program itself comes to an entry, and the accesses that it makes there for a time."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.fields import EncryptedTextField
from helpdesk.core.retelling import retold
from vpn.hosting.enums import OVER, AccessState
from vpn.hosting.models.entry import Entry, Secret

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class EntryDoorQuerySet(models.QuerySet["EntryDoor"]):
    def visible_to(self, user: "User") -> "EntryDoorQuerySet":
        """Those of the entries that a member of staff sees; customers see none."""
        if not user.can(Capability.ENTER_DESK):
            return self.none()
        return self.filter(entry__in=Entry.objects.visible_to(user).order_by().values("pk"))

    def kept(self) -> "EntryDoorQuerySet":
        """Those that have not been removed, of entries that have not been taken out."""
        return self.filter(removed_at__isnull=True, entry__taken_out_at__isnull=True)

    def due(self) -> "EntryDoorQuerySet":
        """Of which facts were asked for and nobody is fetching them, eldest first."""
        now = timezone.now()
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.kept().filter(free, asked_at__lte=now).order_by("asked_at", "pk")


class EntryDoor(models.Model):
    """A connector, its address, and the secret of the entry as which it signs in. `facts` are what it told at
    `answered_at`; `trouble` is why it did not, the last time. A host key is believed once a person has confirmed it;
    `host_key_seen` is one that nobody has."""

    entry = models.ForeignKey(Entry, verbose_name=_("entry"), on_delete=models.PROTECT, related_name="doors")
    connector = models.CharField(_("kind"), max_length=40)
    address = models.CharField(_("address"), max_length=500)
    login = models.CharField(_("login"), max_length=200, blank=True)
    secret = models.ForeignKey(Secret, verbose_name=_("secret"), on_delete=models.PROTECT, related_name="doors")
    authority = models.TextField(_("authority's certificate"), blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    host_key = models.CharField(_("host key"), max_length=4000, blank=True)
    host_key_seen = models.CharField(_("host key shown"), max_length=4000, blank=True)
    host_key_confirmed_at = models.DateTimeField(_("host key confirmed"), null=True, blank=True)
    host_key_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("host key confirmed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("created by"), on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    asked_at = models.DateTimeField(_("facts asked for"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("facts asked for by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    about = models.CharField(_("what answers"), max_length=200, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    trouble = models.CharField(_("trouble"), max_length=500, blank=True)

    objects = EntryDoorQuerySet.as_manager()

    class Meta:
        verbose_name = _("door of an entry")
        verbose_name_plural = _("doors of entries")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(address="") & ~Q(connector=""), name="vault_door_leads_somewhere"),
            models.CheckConstraint(
                condition=Q(host_key_confirmed_at__isnull=True, host_key_confirmed_by__isnull=True, host_key="")
                | (Q(host_key_confirmed_at__isnull=False, host_key_confirmed_by__isnull=False) & ~Q(host_key="")),
                name="vault_door_host_key_confirmed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="vault_door_due", condition=Q(asked_at__isnull=False))]

    def __str__(self) -> str:
        return self.address

    @property
    def why_not(self) -> str:
        """The trouble in the reader's language."""
        return retold(self.trouble)

    @property
    def is_being_asked(self) -> bool:
        return self.asked_at is not None


class TemporaryAccessQuerySet(models.QuerySet["TemporaryAccess"]):
    def visible_to(self, user: "User") -> "TemporaryAccessQuerySet":
        """Those of entries that the person sees; a contractor's own ones alone."""
        mine = self.filter(entry__in=Entry.objects.visible_to(user).order_by().values("pk"))
        if user.can(Capability.ENTER_DESK) and not user.can(Capability.SEE_VAULT):
            return mine.filter(for_whom=user)
        return mine

    def live(self) -> "TemporaryAccessQuerySet":
        """Those that are there, may be, or shall be."""
        return self.exclude(state__in=sorted(OVER))

    def without_given(self) -> "TemporaryAccessQuerySet":
        """For whoever only lists them: nothing is unsealed."""
        return self.defer("given")

    def due(self) -> "TemporaryAccessQuerySet":
        """What is to be made or removed now and is in nobody's hands, eldest first: by the clock of this machine."""
        now = timezone.now()
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        waits = Q(state__in=[AccessState.WAITING, AccessState.ENDING], due_at__lte=now)
        return self.filter(free, waits | Q(state=AccessState.ACTIVE, until__lte=now)).order_by("due_at", "pk")


class TemporaryAccess(models.Model):
    """An account, key or link made for one member of staff over there, called `name`, removed at `until` or before.
    `given` is what they get, sealed, until they have looked at it once (`shown_at`). `trouble` is what went wrong
    last."""

    entry = models.ForeignKey(Entry, verbose_name=_("entry"), on_delete=models.PROTECT, related_name="temporary")
    door = models.ForeignKey(EntryDoor, verbose_name=_("door"), on_delete=models.PROTECT, related_name="temporary")
    for_whom = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("for"), on_delete=models.PROTECT, related_name="temporary_accesses"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500)
    ticket = models.ForeignKey(
        "tickets.Ticket", verbose_name=_("ticket"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name over there"), max_length=32, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=AccessState.choices, default=AccessState.WAITING)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    until = models.DateTimeField(_("until"))
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    login = models.CharField(_("login"), max_length=200, blank=True)
    given = EncryptedTextField(_("what was given"), blank=True, editable=False)
    shown_at = models.DateTimeField(_("shown"), null=True, blank=True)
    end_asked_at = models.DateTimeField(_("end asked for"), null=True, blank=True)
    end_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("end asked for by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    trouble = models.CharField(_("trouble"), max_length=500, blank=True)
    told_at = models.DateTimeField(_("alarm given"), null=True, blank=True)

    objects = TemporaryAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("temporary access")
        verbose_name_plural = _("temporary accesses")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="vault_temporary_for_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=F("created_at")), name="vault_temporary_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OVER), ended_at__isnull=False)
                | (~Q(state__in=sorted(OVER)) & Q(ended_at__isnull=True)),
                name="vault_temporary_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(given="") | Q(state=AccessState.ACTIVE, shown_at__isnull=True),
                name="vault_temporary_given_until_shown",
            ),
            models.CheckConstraint(
                condition=Q(end_asked_by__isnull=True) | Q(end_asked_at__isnull=False),
                name="vault_temporary_end_asked_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="vault_temporary_due", condition=~Q(state__in=sorted(OVER))),
            models.Index(fields=["entry", "id"], name="vault_temporary_of_entry"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why_not(self) -> str:
        """The trouble in the reader's language."""
        return retold(self.trouble)

    @property
    def is_live(self) -> bool:
        return self.state not in OVER

    @property
    def waits_to_be_shown(self) -> bool:
        return self.state == AccessState.ACTIVE and self.shown_at is None
