"""Where the company keeps its people, and what its groups give here."""

from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.directory.enums import Kind, Membership, Security
from helpdesk.accounts.directory.presets import FURTHER_LOGINS, STANDING
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.models import Team
from helpdesk.core.fields import EncryptedTextField

ROLES = [(role.value, role.label) for role in Role if role not in CUSTOMER_ROLES]
"""A directory lists the company's own people: customers are never made by it."""


class DirectoryQuerySet(models.QuerySet["Directory"]):
    def active(self) -> "DirectoryQuerySet":
        return self.without_secret().filter(is_active=True).order_by("name", "pk")

    def without_secret(self) -> "DirectoryQuerySet":
        """The password is read when the server is asked for it: one that can't be opened stops nothing else."""
        return self.defer("bind_password")


def _attribute(label: object, help_text: object = "") -> "models.CharField[str, str]":
    return models.CharField(label, max_length=100, blank=True, help_text=help_text)  # type: ignore[arg-type]


# Secrets, and what every run writes, stay out of the history.
UNTRACKED = ["bind_password", "newest_change", "newest_group", "looked_at", "read_at", "failure", "failures"]


@pghistory.track(exclude=UNTRACKED)
class Directory(models.Model):
    """One LDAP server or Active Directory domain, and what is read there.

    `uris` hold the same and are tried in order. `approved_at`: an administrator has seen what a run would do; before
    that none runs by itself. `read_at` is the end of the last whole run, `looked_at` that of the last run of any kind;
    `newest_change` and `newest_group` are the server's own times of the newest change of a person and of a group that
    were read so far (RFC 4517, 3.3.13, to the second).
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.OPENLDAP)
    is_active = models.BooleanField(_("active"), default=False)

    uris = ArrayField(models.CharField(max_length=300), verbose_name=_("servers"))
    security = models.CharField(_("encryption"), max_length=16, choices=Security.choices, default=Security.TLS)
    ca_certificate = models.TextField(
        _("authority's certificate"),
        blank=True,
        help_text=_("In PEM form, when the server's certificate is signed by an authority of your own."),
    )
    bind_dn = models.CharField(_("account that reads"), max_length=500, blank=True)
    bind_password = EncryptedTextField(_("password"), blank=True)
    timeout_seconds = models.PositiveSmallIntegerField(
        _("time-out in seconds"), default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    page_size = models.PositiveIntegerField(
        _("entries per page"), default=500, validators=[MinValueValidator(10), MaxValueValidator(5000)]
    )

    person_bases = ArrayField(models.CharField(max_length=500), verbose_name=_("where people are"))
    group_bases = ArrayField(
        models.CharField(max_length=500), verbose_name=_("where groups are"), default=list, blank=True
    )
    person_filter = models.CharField(_("filter of people"), max_length=1000, blank=True)
    group_filter = models.CharField(_("filter of groups"), max_length=1000, blank=True)
    membership = models.CharField(_("membership"), max_length=16, choices=Membership.choices, blank=True)
    id_attribute = _attribute(_("stable id"), _("Never changes, also when the person is renamed."))
    login_attribute = _attribute(_("login name"))
    name_attribute = _attribute(_("name of a person"))
    email_attribute = _attribute(_("e-mail"))
    phone_attribute = _attribute(_("phone"))
    language_attribute = _attribute(_("language"))
    title_attribute = _attribute(_("job title"))
    groups_attribute = _attribute(_("groups of a person"))
    members_attribute = _attribute(_("people of a group"))
    changed_attribute = _attribute(_("time of the last change"))

    default_role = models.CharField(
        _("role without a mapped group"),
        max_length=32,
        choices=ROLES,
        blank=True,
        help_text=_("Empty: nobody comes in who is in no mapped group."),
    )
    owned_domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("e-mail domains of the directory"),
        default=list,
        blank=True,
        help_text=_(
            "Accounts of staff that exist here with such an address are taken over by the directory."
            " Customers and administrators never are by themselves."
        ),
    )
    sync_minutes = models.PositiveIntegerField(
        _("look for changes every … minutes"), default=1, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    whole_minutes = models.PositiveIntegerField(
        _("read everything every … minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(10080)]
    )
    most_out_percent = models.PositiveSmallIntegerField(
        _("most out at once, in percent"),
        default=10,
        validators=[MaxValueValidator(100)],
        help_text=_("If more would lose their access in one run, it stops and asks."),
    )

    approved_at = models.DateTimeField(_("runs by itself since"), null=True, blank=True, editable=False)
    read_at = models.DateTimeField(_("read wholly"), null=True, blank=True, editable=False)
    looked_at = models.DateTimeField(_("last looked at"), null=True, blank=True, editable=False)
    newest_change = models.CharField(_("newest change"), max_length=40, blank=True, editable=False)
    newest_group = models.CharField(_("newest change of a group"), max_length=40, blank=True, editable=False)
    failure = models.CharField(_("last failure"), max_length=500, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)

    objects = DirectoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(uris__len__gt=0), name="directory_has_a_server"),
            models.CheckConstraint(condition=Q(person_bases__len__gt=0), name="directory_has_a_base"),
            models.CheckConstraint(condition=Q(most_out_percent__lte=100), name="directory_percent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def login_attributes(self) -> list[str]:
        """What somebody may type to sign in."""
        names = [self.login_attribute, self.email_attribute, *FURTHER_LOGINS[self.kind]]
        return list(dict.fromkeys(name for name in names if name))

    @property
    def attributes(self) -> list[str]:
        """What is asked for of each person."""
        mapped = [
            self.id_attribute, self.login_attribute, self.name_attribute, self.email_attribute, self.phone_attribute,
            self.language_attribute, self.title_attribute, self.changed_attribute,
        ]  # fmt: skip
        mapped += [self.groups_attribute] if self.membership == Membership.MEMBER_OF else []
        return list(dict.fromkeys(name for name in [*mapped, *STANDING[self.kind]] if name))

    @property
    def is_due(self) -> bool:
        """Whether it is time to look again, so early that what changed right after the last look is known when the
        minutes are over. Failures don't hurry: the time runs from the last try."""
        return self._is_over(self.looked_at, self.sync_minutes, early=2 * settings.SWEEP_SECONDS)

    @property
    def is_whole_due(self) -> bool:
        return self._is_over(self.read_at, self.whole_minutes) or not self.newest_change

    @staticmethod
    def _is_over(since: datetime | None, minutes: int, *, early: float = 0) -> bool:
        return since is None or timezone.now() - since >= timedelta(minutes=minutes, seconds=-early)


@pghistory.track()
class GroupRule(models.Model):
    """What being in one group gives. Of several that give a role the one with the lowest number counts; teams add up.

    A contractor is given the queues of the teams; anybody else becomes a member.
    """

    directory = models.ForeignKey(
        Directory, verbose_name=_("directory"), on_delete=models.CASCADE, related_name="group_rules"
    )
    group_dn = models.CharField(_("group (DN)"), max_length=1000)
    priority = models.PositiveSmallIntegerField(_("order"), default=10, help_text=_("The lowest number counts."))
    role = models.CharField(_("role"), max_length=32, choices=ROLES, blank=True)
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), blank=True, related_name="+")

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["directory", "priority", "pk"]
        constraints = [models.UniqueConstraint(fields=["directory", "group_dn"], name="group_rule_once")]

    def __str__(self) -> str:
        return self.group_dn
