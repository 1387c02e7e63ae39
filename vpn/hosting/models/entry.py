"""What is kept in the vault."""

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower, Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.fields import EncryptedTextField
from vpn.hosting.enums import EntryKind, SecretKind, Source
from vpn.hosting.models.grant import Grant

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class VaultEntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: "User") -> "VaultEntryQuerySet":
        """Every one to staff who may see the vault, and those granted to them to other staff. Of those that have not
        been taken out, a customer who sees the company's requests sees all of the company's, another one those that
        they added, or of which they handed over a secret that is still good."""
        if user.can(Capability.ENTER_DESK):
            if user.can(Capability.SEE_VAULT):
                return self
            return self.kept().filter(pk__in=Grant.objects.live().filter(user=user).order_by().values("entry"))
        if user.can(Capability.ENTER_CABINET) and user.organisation_id:
            ours = self.kept().filter(organisation=user.organisation_id)
            return ours if user.can(Capability.SEE_ORGANISATION_TICKETS) else ours.filter(self._put_in_by(user))
        return self.none()

    @staticmethod
    def _put_in_by(user: "User") -> Q:
        given = Secret.objects.kept().filter(entry=OuterRef("pk"), changed_by=user).order_by()
        return Q(created_by=user) | Q(Exists(given))

    def kept(self) -> "VaultEntryQuerySet":
        """Those that have not been taken out."""
        return self.filter(taken_out_at__isnull=True)

    def with_words(self, text: str) -> "VaultEntryQuerySet":
        """Those with every one of these words in their name, host, address or login, by the trigram index."""
        found = self
        for word in text.upper().split():
            found = found.filter(words__contains=word)
        return found


@pghistory.track(exclude=["words", "notes", "how_to_get_there"])
class Entry(models.Model):
    """A place of a customer's: how it is reached, without its secrets. `removal_asked`: the customer wants it gone."""

    organisation = models.ForeignKey(
        "accounts.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="vault_entries"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=EntryKind.choices, default=EntryKind.SERVER)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=200)
    host = models.CharField(_("host"), max_length=255, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True)
    login = models.CharField(_("login"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    how_to_get_there = models.TextField(_("how to get there"), blank=True)
    needs_proof = models.BooleanField(_("wants a fresh proof"), default=False)
    needs_four_eyes = models.BooleanField(_("wants a second person"), default=False)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    removal_asked_at = models.DateTimeField(_("removal asked"), null=True, blank=True)
    removal_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("removal asked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_out_at = models.DateTimeField(_("taken out"), null=True, blank=True)
    taken_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken out by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    words = models.GeneratedField(
        expression=Upper(
            Concat(
                "name",
                Value(" "),
                "host",
                Value(" "),
                "url",
                Value(" "),
                "login",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = VaultEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the vault")
        verbose_name_plural = _("access vault")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="vault_entry_has_name"),
            models.CheckConstraint(
                condition=Q(removal_asked_at__isnull=True, removal_asked_by__isnull=True)
                | Q(removal_asked_at__isnull=False, removal_asked_by__isnull=False),
                name="vault_entry_removal_asked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_out_at__isnull=True, taken_out_by__isnull=True)
                | Q(taken_out_at__isnull=False, taken_out_by__isnull=False),
                name="vault_entry_taken_out_by_somebody",
            ),
        ]
        indexes = [
            GinIndex(OpClass(F("words"), name="gin_trgm_ops"), name="vault_entry_words"),
            models.Index(Lower("name"), "id", name="vault_entry_name"),
            models.Index(fields=["organisation", "id"], name="vault_entry_of", condition=Q(taken_out_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name


class SecretQuerySet(models.QuerySet["Secret"]):
    def kept(self) -> "SecretQuerySet":
        """Those that have not been wiped."""
        return self.filter(wiped_at__isnull=True)

    def visible_to(self, user: "User") -> "SecretQuerySet":
        """Those of the entries that the person sees."""
        return self.kept().filter(entry__in=Entry.objects.visible_to(user).order_by().values("pk"))

    def without_values(self) -> "SecretQuerySet":
        """For whoever only lists them: nothing is unsealed."""
        return self.defer("value")


@pghistory.track(exclude=["value"])
class Secret(models.Model):
    """A password, key or token of an entry, sealed. `changed_at` is when its value came in. A wiped one has none."""

    entry = models.ForeignKey(Entry, verbose_name=_("entry"), on_delete=models.PROTECT, related_name="secrets")
    kind = models.CharField(_("kind"), max_length=16, choices=SecretKind.choices, default=SecretKind.PASSWORD)
    label = models.CharField(_("label"), max_length=100)
    value = EncryptedTextField(_("value"), blank=True, editable=False)
    source = models.CharField(_("came by"), max_length=16, choices=Source.choices)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    changed_at = models.DateTimeField(_("changed"), db_default=Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    wiped_at = models.DateTimeField(_("wiped"), null=True, blank=True)

    objects = SecretQuerySet.as_manager()

    class Meta:
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")
        ordering = ["entry", "label", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="vault_secret_has_label"),
            models.CheckConstraint(
                condition=(Q(wiped_at__isnull=True) & ~Q(value="")) | Q(wiped_at__isnull=False, value=""),
                name="vault_secret_has_value_until_wiped",
            ),
            models.UniqueConstraint(
                fields=["entry", "label"], name="vault_secret_label_once", condition=Q(wiped_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.label
