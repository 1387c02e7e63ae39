"""What administrators decided about roles."""

from collections.abc import Iterable

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import (
    ALWAYS_OF_ADMINISTRATORS,
    NEVER_OF_CONTRACTORS,
    OF_CUSTOMERS,
    ONLY_OF_ADMINISTRATORS,
    Capability,
)
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role

_UNDECIDED = Q(capabilities__isnull=True)
_OF_CUSTOMERS = Q(role__in=[role.value for role in Role if role in CUSTOMER_ROLES])


def _has_all(capabilities: Iterable[Capability]) -> Q:
    return Q(capabilities__contains=_values(capabilities))


def _has_none(capabilities: Iterable[Capability]) -> Q:
    return ~Q(capabilities__overlap=_values(capabilities))


def _values(capabilities: Iterable[Capability]) -> list[str]:
    return sorted(capability.value for capability in capabilities)


@pghistory.track()
class RoleRule(models.Model):
    """What one role may do here. Without `capabilities` it is what the program gives it (`capabilities.ROLES`), also
    what a later version of the program gives it.

    `version` counts the changes, whoever makes them: the database itself does. Processes know by it that their copy is
    old (`helpdesk.accounts.policy`).
    """

    role = models.CharField(_("role"), max_length=32, choices=Role.choices, unique=True)
    capabilities = ArrayField(
        models.CharField(max_length=32), verbose_name=_("may"), null=True, blank=True, default=None
    )
    requires_mfa = models.BooleanField(_("signs in with a second factor"), default=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("rule of a role")
        verbose_name_plural = _("roles")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=_UNDECIDED | ~Q(role=Role.ADMINISTRATOR.value) | _has_all(ALWAYS_OF_ADMINISTRATORS),
                name="administrators_stay_able",
            ),
            models.CheckConstraint(
                condition=_UNDECIDED | Q(role=Role.ADMINISTRATOR.value) | _has_none(ONLY_OF_ADMINISTRATORS),
                name="others_do_not_configure",
            ),
            models.CheckConstraint(
                condition=_UNDECIDED
                | ~_OF_CUSTOMERS
                | _has_all([Capability.ENTER_CABINET]) & Q(capabilities__contained_by=_values(OF_CUSTOMERS)),
                name="customers_stay_customers",
            ),
            models.CheckConstraint(
                condition=_UNDECIDED | ~Q(role=Role.CUSTOMER.value) | _has_none([Capability.MANAGE_PEOPLE]),
                name="only_managers_manage",
            ),
            models.CheckConstraint(
                condition=_UNDECIDED | _OF_CUSTOMERS | _has_all([Capability.ENTER_DESK]) & _has_none(OF_CUSTOMERS),
                name="staff_stay_staff",
            ),
            models.CheckConstraint(
                condition=_UNDECIDED | ~Q(role=Role.CONTRACTOR.value) | _has_none(NEVER_OF_CONTRACTORS),
                name="contractors_stay_confined",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="count_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="NEW.version := OLD.version + 1; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return str(dict(Role.choices).get(self.role, self.role))
