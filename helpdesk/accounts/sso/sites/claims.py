"""What a site learns about a person, by the scopes it was given."""

from collections.abc import Collection
from typing import Any

from django.conf import settings

from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint, User
from helpdesk.accounts.sso.enums import Scope
from helpdesk.accounts.sso.models import Subject


def claims_of(person: User, scopes: Collection[str]) -> dict[str, Any]:
    """The claims of the UserInfo endpoint (OpenID Connect Core 1.0, section 5.1), and ours: `role`, `groups` (the role
    and the names of the teams), `teams`, `organisation`."""
    found: dict[str, Any] = {"sub": str(Subject.objects.get(user=person).value)}
    if Scope.PROFILE in scopes:
        found["name"] = str(person)
        found["locale"] = person.language or settings.LANGUAGE_CODE
        found["zoneinfo"] = person.time_zone or settings.TIME_ZONE
    if Scope.EMAIL in scopes and person.email:
        found["email"] = person.email
        found["email_verified"] = ContactPoint.objects.filter(
            user=person, kind=ContactKind.EMAIL, value=person.email, verified_at__isnull=False
        ).exists()
    if Scope.ROLES in scopes:
        teams = list(person.teams.filter(is_active=True).order_by("name", "pk").values_list("name", flat=True))
        found |= {"role": person.role, "teams": teams, "groups": [person.role, *teams]}
    if Scope.ORGANISATION in scopes and person.organisation is not None:
        found["organisation"] = {"id": person.organisation.pk, "name": person.organisation.name}
    return found
