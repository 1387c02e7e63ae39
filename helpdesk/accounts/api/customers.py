"""Customers and the ways to reach them."""

from dataclasses import replace
from typing import Annotated, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from helpdesk.accounts.actions import details
from helpdesk.accounts.api.shapes import CustomerOut, CustomerPage, customer_out
from helpdesk.accounts.bearer import needs
from helpdesk.accounts.models import ContactPoint, Organisation, User
from helpdesk.accounts.permissions import can_edit_customers
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
from helpdesk.core.errors import Refused, ensure

router = Router(tags=["customers"], auth=needs(Scope.CUSTOMERS_WRITE))
reading = needs(Scope.CUSTOMERS_READ)
Name = Annotated[CleanText, Field(min_length=1, max_length=details.LONGEST_NAME)]
CustomerRole = Literal["customer", "customer_manager"]
Zone = Annotated[CleanText, Field(max_length=64)]
Language = Annotated[CleanText, Field(max_length=8)]


class NewCustomer(Strict):
    """An address, a number or both. `organisation` is the id of one."""

    name: Name
    email: Annotated[CleanText, Field(max_length=254)] = ""
    phone: Annotated[CleanText, Field(max_length=40)] = ""
    organisation: BigKey | None = None
    role: CustomerRole = "customer"
    language: Language = ""
    time_zone: Zone = ""


class CustomerChange(Strict):
    """What is left out stays. `organisation`: null takes them out of theirs."""

    name: Name | None = None
    organisation: BigKey | None = None
    role: CustomerRole | None = None
    language: Language | None = None
    time_zone: Zone | None = None


class NewContact(Strict):
    kind: Literal["email", "phone"]
    value: Annotated[CleanText, Field(min_length=1, max_length=254)]


@router.get("/customers/", auth=reading, response=CustomerPage, url_name="customers")
def list_customers(
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
    return CustomerPage(items=[customer_out(row) for row in rows], next=following)


@router.get("/customers/{pk}/", auth=reading, response=CustomerOut, url_name="customer")
def get_customer(request: ApiRequest, pk: BigKey) -> CustomerOut:
    """One customer."""
    return _told(request, pk)


@router.post("/customers/", response={201: CustomerOut}, url_name="customers")
@once
def add_customer(request: ApiRequest, new: NewCustomer) -> Status[CustomerOut]:
    """Write a customer down."""
    ensure(can_edit_customers(request.user))
    said = details.Details(
        name=new.name,
        organisation=_organisation(request, new.organisation),
        role=new.role,
        language=new.language,
        time_zone=new.time_zone,
        notes="",
    )
    person = details.add_person(details=said, email=new.email, phone=new.phone, by=request.user)
    return Status(201, _told(request, person.pk))


@router.patch("/customers/{pk}/", response=CustomerOut, url_name="customer")
@once
def change_customer(request: ApiRequest, pk: BigKey, changed: CustomerChange) -> CustomerOut:
    """Change what is said of a customer."""
    person = details.locked_customer(_load(request, pk), request.user)
    if is_conditional(request):
        ensure_edition(request, _told(request, pk))
    said = changed.model_dump(exclude_unset=True)
    if "organisation" in said:
        said["organisation"] = _organisation(request, said["organisation"])
    said = {name: value for name, value in said.items() if value is not None or name == "organisation"}
    details.change_person(person=person, details=replace(details.details_of(person), **said), by=request.user)
    return _told(request, pk)


@router.post("/customers/{pk}/contact-points/", response={201: CustomerOut}, url_name="contact_points")
@once
def add_contact_point(request: ApiRequest, pk: BigKey, new: NewContact) -> Status[CustomerOut]:
    """One more address or number."""
    details.add_contact(person=_load(request, pk), kind=new.kind, value=new.value, by=request.user)
    return Status(201, _told(request, pk))


@router.delete("/customers/{pk}/contact-points/{point}/", response={204: None}, url_name="contact_point")
@once
def remove_contact_point(request: ApiRequest, pk: BigKey, point: BigKey) -> Status[None]:
    """They are no longer reached there."""
    found = get_object_or_404(ContactPoint.objects.select_related("user"), pk=point, user=_load(request, pk))
    details.remove_contact(point=found, by=request.user)
    return Status(204, None)


def _load(request: ApiRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).customers().select_related("organisation"), pk=pk)


def _told(request: ApiRequest, pk: int) -> CustomerOut:
    found = customer_out(_load(request, pk))
    with_edition(request, found)
    return found


def _organisation(request: ApiRequest, key: int | None) -> Organisation | None:
    """Raises Refused for one that the person can't see."""
    if key is None:
        return None
    found = Organisation.objects.visible_to(request.user).filter(pk=key).first()
    if found is None:
        raise Refused("There is no such organisation for you: “organisation” is the id of one.")
    return found
