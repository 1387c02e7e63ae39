"""What one person keeps and others may use as well."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team
from tickets.enums import Audience

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

Kept = TypeVar("Kept", bound=models.Model)

# Written into the statement, not given as its parameter: PostgreSQL then finds the plan it keeps as good as a new one.
_EVERYBODY = models.Func(template=f"'{Audience.EVERYBODY.value}'", output_field=models.CharField())


class SharedQuerySet(models.QuerySet[Kept]):
    """Rows with an owner, an audience, a team and a name."""

    def visible_to(self, user: "User") -> Self:
        """A person's own, their teams' and everybody's. Names of customers and what the house says to itself stand in
        them, so whoever may not see every ticket (a contractor) sees none but their own."""
        if not user.can(Capability.ENTER_DESK):
            return self.none()
        if not user.can(Capability.SEE_ALL_TICKETS):
            return self.filter(owner=user)
        teams = Team.objects.filter(members=user).values("pk")
        return self.filter(Q(owner=user) | Q(audience=_EVERYBODY) | Q(team__in=teams))

    def by_name(self) -> Self:
        return self.order_by(Lower("name"), "pk")
