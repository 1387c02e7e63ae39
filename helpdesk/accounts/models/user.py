"""People."""

import re
from typing import Any

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.accounts.capabilities import Capability, capabilities_of, role_has
from helpdesk.accounts.enums import CUSTOMER_ROLES, MailTopic, Role, Theme, usual_topics
from helpdesk.accounts.models.contact import ContactPoint

MOST_WORDS = 10
_WORD = re.compile(r"[^\W_]+")
_PARTED = models.Func(models.F("email"), models.Value("@._+-"), models.Value("     "), function="translate")
PERSON_WORDS = SearchVector("name", _PARTED, config="simple")
"""The words of a person's name and of the address they sign in with, as they are written."""

# Locks who is left, so that two administrators who switch each other off are not both let go.
_AN_ADMINISTRATOR_STAYS = """
PERFORM FROM accounts_user WHERE role = 'administrator' AND is_active ORDER BY id FOR UPDATE;
IF NOT FOUND THEN
    RAISE EXCEPTION 'An active administrator must stay.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'an_administrator_stays';
END IF;
RETURN NULL;
"""


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def staff(self) -> "UserQuerySet":
        """People who may enter the desk."""
        return self.exclude(role__in=CUSTOMER_ROLES)

    def customers(self) -> "UserQuerySet":
        return self.filter(role__in=CUSTOMER_ROLES)

    def assignable(self) -> "UserQuerySet":
        """Staff to whom a ticket may be given."""
        working = [role for role in Role.values if role_has(role, Capability.WORK_TICKETS)]
        return self.active().filter(role__in=working).order_by("name", "pk")

    def with_words(self, words: str) -> "UserQuerySet":
        """Whose name or address has every one of the words, or words that begin so; a whole address or number finds
        whoever has it as well. Nobody without a word."""
        begun = [f"'{word}':*" for word in _WORD.findall(words)[:MOST_WORDS]]
        if not begun:
            return self.none()
        query = SearchQuery(" & ".join(begun), config="simple", search_type="raw")
        reached = ContactPoint.objects.filter(value=words.strip().lower()).order_by().values("user")
        called = User.objects.annotate(words=PERSON_WORDS).filter(words=query).order_by().values("pk")
        return self.filter(pk__in=called.union(reached))  # each part by its index

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Staff who may see customers see everybody; others themselves and their own organisation's people."""
        if user.can(Capability.SEE_CUSTOMERS):
            return self
        return self.filter(
            models.Q(pk=user.pk) | models.Q(organisation__isnull=False, organisation=user.organisation_id)
        )


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """A person; without a password they sign in by a link sent to their address."""
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"role": Role.ADMINISTRATOR, "name": email} | fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


@pghistory.track(exclude=["password", "last_login", "session_epoch"])
class User(AbstractBaseUser):
    """A person, staff or customer: one row whether or not they ever sign in.

    `email` is the address they sign in with, lower case; every address of theirs is a ContactPoint. `own_keys` are the
    keys of the desk that they changed (`helpdesk.core.keyboard`), and without `has_keys` none works by itself.
    """

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True, max_length=254)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=200)
    role = models.CharField(_("role"), max_length=32, choices=Role.choices, default=Role.CUSTOMER)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    signature = models.TextField(_("signature"), blank=True)
    newest_first = models.BooleanField(_("newest messages first"), default=False)
    own_keys = models.JSONField(_("keys of their own"), default=dict, blank=True)
    has_keys = models.BooleanField(_("single keys"), default=True)
    notes = models.TextField(_("notes"), blank=True)
    mail_topics = ArrayField(
        models.CharField(max_length=16, choices=MailTopic.choices),
        verbose_name=_("mail about"),
        default=usual_topics,
        blank=True,
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_auditor = models.BooleanField(
        _("auditor"),
        default=False,
        help_text=_("Reads the journal of everything. Only for staff who see every ticket."),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    session_epoch = models.PositiveIntegerField(_("times all sessions were ended"), default=0, editable=False)

    capabilities_then: frozenset[str] | None = None
    """What they may do where that is not to be asked again: a stand-in of `accounts.viewing`."""
    granted_then: tuple[int, ...] | None = None
    """The teams that a contractor was granted when the request began; None: ask where it matters."""

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=models.functions.Lower("email")), name="email_lower_case"),
            models.CheckConstraint(condition=~models.Q(email=""), name="email_missing_is_null"),
            models.CheckConstraint(
                condition=models.Q(is_auditor=False) | ~models.Q(role__in=[*sorted(CUSTOMER_ROLES), Role.CONTRACTOR]),
                name="auditors_are_staff",
            ),
        ]
        indexes = [
            models.Index(fields=["role", "name"], name="user_role_name"),
            models.Index(
                Lower("name"), "id", name="customer_by_name", condition=models.Q(role__in=sorted(CUSTOMER_ROLES))
            ),
            GinIndex(PERSON_WORDS, name="user_words"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="ended_sessions_stay_ended",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__session_epoch__lt=pgtrigger.F("old__session_epoch")),
                func="NEW.session_epoch := OLD.session_epoch; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="an_administrator_stays",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__role=Role.ADMINISTRATOR.value, old__is_active=True)
                & (~pgtrigger.Q(new__role=Role.ADMINISTRATOR.value) | pgtrigger.Q(new__is_active=False)),
                func=_AN_ADMINISTRATOR_STAYS,
            ),
            pgtrigger.Trigger(
                name="an_administrator_remains",
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__role=Role.ADMINISTRATOR.value, old__is_active=True),
                func=_AN_ADMINISTRATOR_STAYS,
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.pk}"

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else str(self)

    def can(self, capability: Capability) -> bool:
        """Whether this person's role gives the capability; never when they are switched off. Reading the journal is
        also given person by person, to whoever sees every ticket anyway."""
        if not self.is_active:
            return False
        held = capabilities_of(self.role) if self.capabilities_then is None else self.capabilities_then
        return capability in held or (
            capability == Capability.SEE_JOURNAL and Capability.SEE_ALL_TICKETS in held and self.is_auditor
        )

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What sessions are bound to: another password ends them, and so does another epoch."""
        of_password: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{of_password}.{self.session_epoch}" if self.session_epoch else of_password

    def wants(self, topic: MailTopic) -> bool:
        """Whether mail about this is welcome. Staff are written to as their work asks."""
        return not self.is_customer or topic in self.mail_topics

    @property
    def is_staff(self) -> bool:
        """Django's word for: may enter /admin/."""
        return self.can(Capability.ENTER_ADMIN)

    @property
    def is_superuser(self) -> bool:
        return self.can(Capability.CONFIGURE)

    @property
    def is_customer(self) -> bool:
        return self.role in CUSTOMER_ROLES

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_superuser

    def has_perms(self, perms: object, obj: object = None) -> bool:
        return self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_superuser
