"""Customers and organisations, as JSON."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.requests import ApiRequest
from helpdesk.core.api import BigKey, CleanText, Limit, Words, by_key

router = Router(tags=["people"])


class OrganisationOut(Schema):
    id: int
    name: str
    domains: list[str]
    created_at: datetime


class OrganisationName(Schema):
    id: int
    name: str


class ContactPointOut(Schema):
    """`is_bouncing`: mail to the address failed for good, nothing is sent there."""

    kind: str
    value: str
    is_verified: bool
    is_bouncing: bool


class CustomerOut(Schema):
    id: int
    name: str
    email: str | None
    role: str
    organisation: OrganisationName | None
    language: str
    is_active: bool
    contact_points: list[ContactPointOut]


class OrganisationPage(Schema):
    items: list[OrganisationOut]
    next: str | None


class CustomerPage(Schema):
    items: list[CustomerOut]
    next: str | None


@router.get("/organisations/", response=OrganisationPage, url_name="organisations")
def organisations(request: ApiRequest, q: Words = "", limit: Limit = 50, cursor: CleanText = "") -> OrganisationPage:
    """Organisations that the token's owner may see, oldest first; `q` narrows them to names that hold it."""
    found = Organisation.objects.visible_to(request.user).filter(name__icontains=q)
    rows, following = by_key(found, cursor=cursor, limit=limit)
    return OrganisationPage(items=[_organisation(row) for row in rows], next=following)


@router.get("/organisations/{pk}/", response=OrganisationOut, url_name="organisation")
def organisation(request: ApiRequest, pk: BigKey) -> OrganisationOut:
    """One organisation."""
    return _organisation(get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk))


@router.get("/customers/", response=CustomerPage, url_name="customers")
def customers(
    request: ApiRequest,
    q: Words = "",
    email: Words = "",
    organisation: BigKey | None = None,
    limit: Limit = 50,
    cursor: CleanText = "",
) -> CustomerPage:
    """Customers that the token's owner may see, oldest first; `q` narrows them to names that hold it, `email` to
    whom one address belongs."""
    found = User.objects.visible_to(request.user).customers()
    if q:
        found = found.filter(name__icontains=q)
    if email:
        found = found.filter(contact_points__value=email.lower())
    if organisation is not None:
        found = found.filter(organisation=organisation)
    found = found.select_related("organisation").prefetch_related("contact_points")
    rows, following = by_key(found, cursor=cursor, limit=limit)
    return CustomerPage(items=[_customer(row) for row in rows], next=following)


@router.get("/customers/{pk}/", response=CustomerOut, url_name="customer")
def customer(request: ApiRequest, pk: BigKey) -> CustomerOut:
    """One customer."""
    found = User.objects.visible_to(request.user).customers()
    return _customer(get_object_or_404(found.select_related("organisation"), pk=pk))


def _organisation(row: Organisation) -> OrganisationOut:
    return OrganisationOut(id=row.pk, name=row.name, domains=row.domains, created_at=row.created_at)


def _customer(row: User) -> CustomerOut:
    points = [
        ContactPointOut(
            kind=point.kind,
            value=point.value,
            is_verified=point.verified_at is not None,
            is_bouncing=point.bounced_at is not None,
        )
        for point in row.contact_points.all()
    ]
    return CustomerOut(
        id=row.pk,
        name=row.name,
        email=row.email,
        role=row.role,
        organisation=OrganisationName(id=row.organisation.pk, name=row.organisation.name) if row.organisation else None,
        language=row.language,
        is_active=row.is_active,
        contact_points=points,
    )
