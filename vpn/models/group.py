"""Who reaches more behind a server than others."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team
from vpn.models.server import Server

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, user: "User") -> "GroupQuerySet":
        """Whoever may issue keys sees all of them."""
        return self if user.can(Capability.ISSUE_KEYS) else self.none()

    def routes_by_person(self) -> dict[int, set[str]]:
        """The routes of each person who is in one of these groups, by name or by an active team. Two statements."""
        by_team = self.filter(teams__is_active=True, teams__members__isnull=False)
        by_name = self.filter(people__isnull=False)
        found: dict[int, set[str]] = {}
        for person, routes in (
            *by_team.order_by().values_list("teams__members", "routes"),
            *by_name.order_by().values_list("people", "routes"),
        ):
            found.setdefault(person, set()).update(routes.split())
        return found


class Group(models.Model):
    """People whose devices are given routes besides those that everybody of the server gets: `routes` are networks, a
    line each. It says where packets are sent, and bars nobody: that is for the firewall behind the server."""

    server = models.ForeignKey(Server, verbose_name=_("server"), on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=100)
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), blank=True, related_name="vpn_groups")
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("people"), blank=True, related_name="vpn_groups"
    )
    routes = models.TextField(_("routes"), help_text=_("Networks that only they are led to, one on a line."))

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("VPN group")
        verbose_name_plural = _("VPN groups")
        ordering = ["server", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["server", "name"], name="vpn_group_name_of_server")]

    def __str__(self) -> str:
        return f"{self.server}: {self.name}"
