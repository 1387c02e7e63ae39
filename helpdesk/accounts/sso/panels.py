"""What the pages of signing in show of single sign-on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.accounts.registries import SecurityPanel, WayIn, security_panels, ways_in
from helpdesk.accounts.sso.models import IdentityProvider, OutsideIdentity, Visit


def register() -> None:
    """Fill the registries of the room; called once when the program starts."""
    security_panels.register("sites", SecurityPanel("sso/_visits_panel.html", visits_of))
    security_panels.register("identities", SecurityPanel("sso/_identities_panel.html", identities_of))
    ways_in.register("sso", buttons)


def buttons() -> list[WayIn]:
    """One for each provider that is switched on."""
    found = IdentityProvider.objects.filter(is_active=True).order_by("name", "pk").values_list("name", "slug")
    return [
        WayIn(_("Sign in with %(name)s") % {"name": name}, reverse("sso:departure", args=[slug]))
        for name, slug in found
    ]


def visits_of(person: User) -> dict[str, Any] | None:
    """Where the person is signed in by us now, one line for each site."""
    visits = Visit.objects.open().filter(user=person).select_related("site").order_by("site", "-pk")
    latest = {visit.site_id: visit for visit in visits.order_by("pk")}
    found = sorted(latest.values(), key=lambda visit: (visit.site.name, visit.pk))
    return {"visits": found} if found else None


def identities_of(person: User) -> dict[str, Any] | None:
    """By what the person may come in from outside, and what else could be linked."""
    linked = list(OutsideIdentity.objects.filter(user=person).select_related("provider").order_by("provider", "pk"))
    known = {identity.provider_id for identity in linked}
    others = list(IdentityProvider.objects.filter(is_active=True).exclude(pk__in=known).order_by("name", "pk"))
    return {"linked": linked, "others": others} if linked or others else None
