"""Whose token it is."""

from datetime import datetime

from ninja import Router, Schema

from helpdesk.accounts.api.shapes import OrganisationName
from helpdesk.accounts.bearer import needs
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope

router = Router(tags=["me"], auth=needs(Scope.PROFILE))


class TokenOut(Schema):
    """`expires_at` is null for one that does not end by itself."""

    name: str
    scopes: list[str]
    expires_at: datetime | None


class MeOut(Schema):
    """`capabilities` are what the role gives, of which the token's scopes let through a part."""

    id: int
    name: str
    email: str | None
    role: str
    capabilities: list[str]
    organisation: OrganisationName | None
    language: str
    time_zone: str
    access: TokenOut


@router.get("/me/", response=MeOut, url_name="me")
def get_me(request: ApiRequest) -> MeOut:
    """The token's owner, and what the token is for."""
    person, token = request.user, request.auth
    return MeOut(
        id=person.pk,
        name=person.name,
        email=person.email,
        role=person.role,
        capabilities=[each.value for each in Capability if person.can(each)],
        organisation=OrganisationName.of(person.organisation),
        language=person.language,
        time_zone=person.time_zone,
        access=TokenOut(name=token.name, scopes=token.scopes, expires_at=token.expires_at),
    )
