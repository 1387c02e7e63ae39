"""Client companies."""

from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability

if TYPE_CHECKING:
    from helpdesk.accounts.models.user import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User") -> "OrganisationQuerySet":
        """Every one to staff who may see customers; to others their own alone."""
        if user.can(Capability.SEE_CUSTOMERS):
            return self
        return self.filter(pk=user.organisation_id) if user.organisation_id else self.none()


@pghistory.track()
class Organisation(models.Model):
    """A client company. People whose address is at one of its `domains` belong to it from their first mail on."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("mail domains"),
        default=list,
        blank=True,
        help_text=_("People writing from these domains join the organisation, for example: shop.example"),
    )
    is_asked_rating = models.BooleanField(
        _("is asked how it was"),
        default=True,
        help_text=_("Its people are asked by mail how their requests were resolved."),
    )
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
