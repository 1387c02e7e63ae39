"""Client companies."""

from dataclasses import replace
from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from helpdesk.accounts.actions import details
from helpdesk.accounts.api.shapes import OrganisationOut, OrganisationPage, organisation_out
from helpdesk.accounts.bearer import needs
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import (
    BigKey,
    CleanText,
    Limit,
    Strict,
    Words,
    by_key,
    ensure_edition,
    is_conditional,
    with_edition,
)

router = Router(tags=["organisations"], auth=needs(Scope.ORGANISATIONS_WRITE))
reading = needs(Scope.ORGANISATIONS_READ)
Name = Annotated[CleanText, Field(min_length=1, max_length=details.LONGEST_NAME)]
Domains = Annotated[list[Annotated[CleanText, Field(max_length=253)]], Field(max_length=100)]


class NewOrganisation(Strict):
    """Whoever writes from one of the mail `domains` joins it."""

    name: Name
    domains: Domains = []


class OrganisationChange(Strict):
    """What is left out stays."""

    name: Name | None = None
    domains: Domains | None = None


@router.get("/organisations/", auth=reading, response=OrganisationPage, url_name="organisations")
def list_organisations(
    request: ApiRequest, q: Words = "", limit: Limit = 50, cursor: CleanText = ""
) -> OrganisationPage:
    """Organisations that the token's owner may see, oldest first; `q` narrows them to names that hold it."""
    found = Organisation.objects.visible_to(request.user).filter(name__icontains=q)
    rows, following = by_key(found, cursor=cursor, limit=limit)
    return OrganisationPage(items=[organisation_out(row) for row in rows], next=following)


@router.get("/organisations/{pk}/", auth=reading, response=OrganisationOut, url_name="organisation")
def get_organisation(request: ApiRequest, pk: BigKey) -> OrganisationOut:
    """One organisation."""
    return _told(request, pk)


@router.post("/organisations/", response={201: OrganisationOut}, url_name="organisations")
@once
def add_organisation(request: ApiRequest, new: NewOrganisation) -> Status[OrganisationOut]:
    """Write a company down."""
    said = details.OrganisationDetails(name=new.name, domains=new.domains, notes="")
    return Status(201, _told(request, details.add_organisation(details=said, by=request.user).pk))


@router.patch("/organisations/{pk}/", response=OrganisationOut, url_name="organisation")
@once
def change_organisation(request: ApiRequest, pk: BigKey, changed: OrganisationChange) -> OrganisationOut:
    """Change what is said of a company."""
    found = details.locked_organisation(_load(request, pk), request.user)
    if is_conditional(request):
        ensure_edition(request, _told(request, pk))
    said = changed.model_dump(exclude_unset=True, exclude_none=True)
    whole = replace(details.details_of_organisation(found), **said)
    details.change_organisation(organisation=found, details=whole, by=request.user)
    return _told(request, pk)


def _load(request: ApiRequest, pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)


def _told(request: ApiRequest, pk: int) -> OrganisationOut:
    found = organisation_out(_load(request, pk))
    with_edition(request, found)
    return found
