"""Knowing people by their addresses."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, Organisation, User
from helpdesk.core.deferring import write_soon
from helpdesk.core.prepared import Prepared
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record

# Addresses at these belong to people, not to companies: no organisation is found by them.
FREE_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "aol.com", "mail.com"),
        *("icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de", "zoho.com"),
        *("mail.ru", "bk.ru", "inbox.ru", "list.ru", "yandex.ru", "ya.ru", "yandex.com", "rambler.ru"),
    }
)


def find_by_address(address: str) -> User | None:
    """The person who has this e-mail address, with their organisation."""
    point = (
        ContactPoint.objects.filter(kind=ContactKind.EMAIL, value=address.lower())
        .select_related("user__organisation")
        .first()
    )
    if point:
        return point.user
    return User.objects.select_related("organisation").filter(email=address.lower()).first()


def find_or_create_by_address(*, address: str, name: str = "") -> User:
    """The person of an e-mail address; a new customer when nobody has it, in the organisation of its domain.

    Safe against two at once: the second finds what the first made. Knowing somebody gives them no rights.
    """
    return find_by_address(address) or create_by_address(address=address, name=name)


def create_by_address(*, address: str, name: str = "") -> User:
    """As `find_or_create_by_address`, for an address that was just looked up in vain: tries to make them first."""
    address = address.lower()[:254]
    try:
        with transaction.atomic():
            return _create_customer(address, name)
    except IntegrityError:
        known = find_by_address(address)
        if known is None:
            raise
        return known


def _create_customer(address: str, name: str) -> User:
    domain = address.rpartition("@")[2]
    organisation = None
    if domain and domain not in FREE_MAIL:
        organisation = next(iter(_organisations(domain=domain)), None)
    person = User(
        email=address,
        name=(clean_name(name) or address.partition("@")[0])[:200],
        role=Role.CUSTOMER,
        organisation=organisation,
        password="!",  # noqa: S106 - Django's mark of a password that fits nothing
    )
    person.save(force_insert=True)
    organisation_id = organisation.pk if organisation else None
    write_soon(_insert_points, ContactPoint(user=person, kind=ContactKind.EMAIL, value=address))
    record(verb="user_added", subject=person, by=None, after={"role": person.role, "organisation": organisation_id})
    return person


def _insert_points(points: list[ContactPoint]) -> None:
    ContactPoint.objects.bulk_create(points)


def _build_organisations(*, domain: str) -> "models.QuerySet[Any]":
    return Organisation.objects.filter(domains__contains=[domain]).order_by("pk")[:1]


_organisations: Prepared[Organisation] = Prepared(_build_organisations)


def mark_bounced(*, address: str, reason: str) -> None:
    """Mail to this address fails for good: write there no more until somebody clears the mark."""
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value=address.lower(), bounced_at__isnull=True)
    for point in points.select_related("user"):
        point.bounced_at = timezone.now()
        point.bounce_reason = reason[:500] or "-"
        point.save(update_fields=["bounced_at", "bounce_reason"])
        record(verb="address_bounced", subject=point.user, by=None, address=point.value, reason=point.bounce_reason)


@transaction.atomic
def clear_bounce(*, point: ContactPoint, by: User) -> None:
    """Somebody says that the address works again."""
    point.bounced_at = None
    point.bounce_reason = ""
    point.save(update_fields=["bounced_at", "bounce_reason"])
    record(verb="bounce_cleared", subject=point.user, by=by, address=point.value)
