"""People and organisations as staff write them down.

The order of locks: the person, then contact points; an organisation is locked alone. People are locked in the order of
their keys where there are several.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import roles
from helpdesk.accounts.enums import CUSTOMER_ROLES, ContactKind, Role
from helpdesk.accounts.models import ContactPoint, Merger, Organisation, User
from helpdesk.accounts.permissions import can_edit, can_edit_customers, can_keep_address_book
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.meanwhile import ensure_as_seen, mark_of
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record

LONGEST_NAME = 200
LONGEST_NOTES = 2000
MOST_CONTACTS = 20
_PHONE = re.compile(r"\+?\d[\d ()./-]{3,30}\d")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?")


@dataclass(frozen=True, slots=True)
class Details:
    """What staff say of a customer. `notes` is what everybody must know: it stands beside each of their tickets."""

    name: str
    organisation: Organisation | None
    role: str
    language: str
    time_zone: str
    notes: str


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """What staff say of an organisation; whoever writes from one of the `domains` joins it."""

    name: str
    domains: list[str]
    notes: str


@transaction.atomic
def add_person(*, details: Details, email: str, phone: str, by: User) -> User:
    """A new customer with an address, a number or both. Writes `person_added`. Raises NotAllowed, Refused."""
    ensure(can_edit_customers(by))
    details = _sound(details)
    email, phone = email.strip().lower(), phone.strip()
    if not email and not phone:
        raise Refused(_("Give an e-mail address or a phone number: how else would they be reached?"))
    if details.role != Role.CUSTOMER:
        ensure(can_keep_address_book(by))
    points = [(kind, value) for kind, value in ((ContactKind.EMAIL, email), (ContactKind.PHONE, phone)) if value]
    checked = [(kind, _free(kind, value)) for kind, value in points]
    person = User(email=email or None, password="!", **_columns(details))  # noqa: S106 - fits nothing
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            ContactPoint.objects.bulk_create(
                ContactPoint(user=person, kind=kind, value=value) for kind, value in checked
            )
    except IntegrityError as error:
        raise Refused(
            _("Somebody else wrote this address down a moment ago. Look for it in the address book.")
        ) from error
    record(verb="person_added", subject=person, by=by, after=_facts(details) | {"email": email, "phone": phone})
    return person


@transaction.atomic
def change_person(*, person: User, details: Details, by: User, seen: str | None = None) -> User:
    """The person is as `details` say; one line `person_changed` in the journal when something is another (and
    `role_changed` for the role), none otherwise. Who is the manager of an organisation, and of which, takes the right
    to keep the address book. `seen` is the `mark_of_person` whose details were changed.

    Raises NotAllowed, Refused, ChangedMeanwhile.
    """
    person = locked_customer(person, by)
    details = _sound(details)
    now = details_of(person)
    is_manager = Role.CUSTOMER_MANAGER in (person.role, details.role)
    if is_manager and (details.role, details.organisation) != (now.role, now.organisation):
        ensure(can_keep_address_book(by))
    before, after = _facts(now), _facts(details)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return person
    ensure_as_seen(seen, mark_of(before))
    if "role" in changed:
        person = roles.change_role(person=person, role=details.role, by=by)
        changed.remove("role")
    if not changed:
        return person
    for name, value in _columns(details).items():
        setattr(person, name, value)
    person.save(update_fields=changed)
    record(
        verb="person_changed",
        subject=person,
        by=by,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return person


@transaction.atomic
def add_contact(*, person: User, kind: str, value: str, by: User) -> ContactPoint:
    """One more way to reach the person, not verified; one they have already is that one. A first e-mail address is the
    one they sign in with. Writes `contact_added`. Raises NotAllowed, Refused."""
    person = locked_customer(person, by)
    value = normal_contact(kind, value)
    known = ContactPoint.objects.filter(user=person, kind=kind, value=value).first()
    if known is not None:
        return known
    if person.contact_points.count() >= MOST_CONTACTS:
        raise Refused(_("Nobody has more than %(limit)s addresses and numbers here.") % {"limit": MOST_CONTACTS})
    _free(kind, value)
    try:
        with transaction.atomic():
            point = ContactPoint.objects.create(user=person, kind=kind, value=value)
            if kind == ContactKind.EMAIL and not person.email:
                person.email = value
                person.save(update_fields=["email"])
    except IntegrityError as error:
        raise Refused(
            _("Somebody else wrote this address down a moment ago. Look for it in the address book.")
        ) from error
    record(verb="contact_added", subject=person, by=by, kind=kind, after=value)
    return point


@transaction.atomic
def remove_contact(*, point: ContactPoint, by: User) -> None:
    """The person is no longer reached there; gone already is gone. Writes `contact_removed`.

    Raises NotAllowed; Refused for the address they sign in with and for the last one.
    """
    person = locked_customer(point.user, by)
    found = ContactPoint.objects.select_for_update(of=("self",)).filter(pk=point.pk, user=person).first()
    if found is None:
        return
    if found.kind == ContactKind.EMAIL and found.value == person.email:
        raise Refused(_("They sign in with this address. An administrator can give them another one."))
    if found.kind == ContactKind.EMAIL and User.objects.filter(email=found.value).exists():
        raise Refused(_("It is the address of an entry that was merged into this one. Undo that first."))
    if person.contact_points.count() == 1:
        raise Refused(_("It is the only way to reach them. Add another one first."))
    record(verb="contact_removed", subject=person, by=by, kind=found.kind, before=found.value)
    found.delete()


@transaction.atomic
def add_organisation(*, details: OrganisationDetails, by: User) -> Organisation:
    """A new client company. Writes `organisation_added`. Raises NotAllowed, Refused."""
    ensure(can_edit_customers(by))
    details = _sound_organisation(details, own=None)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(**asdict(details))
    except IntegrityError as error:
        raise Refused(_name_taken(details.name)) from error
    record(verb="organisation_added", subject=organisation, by=by, after=asdict(details))
    return organisation


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, details: OrganisationDetails, by: User, seen: str | None = None
) -> Organisation:
    """The organisation is as `details` say; one line `organisation_changed` when something is another. `seen` is the
    `mark_of_organisation` whose details were changed.

    Raises NotAllowed, Refused, ChangedMeanwhile.
    """
    organisation = locked_organisation(organisation, by)
    after = asdict(_sound_organisation(details, own=organisation))
    before = {name: getattr(organisation, name) for name in after}
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return organisation
    ensure_as_seen(seen, mark_of(before))
    for name in changed:
        setattr(organisation, name, after[name])
    try:
        with transaction.atomic():
            organisation.save(update_fields=changed)
    except IntegrityError as error:
        raise Refused(_name_taken(details.name)) from error
    told = {name: before[name] for name in changed}
    record(verb="organisation_changed", subject=organisation, by=by, before=told, after={n: after[n] for n in changed})
    return organisation


def mark_of_person(person: User) -> str:
    """Tells one state of the person's details from another."""
    return mark_of(_facts(details_of(person)))


def mark_of_organisation(organisation: Organisation) -> str:
    """Tells one state of the organisation's details from another."""
    return mark_of({name: getattr(organisation, name) for name in OrganisationDetails.__slots__})


def locked_customer(person: User, by: User) -> User:
    """The person as they are now, locked until the transaction ends. Raises NotAllowed; Refused for a merged one."""
    found = User.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=person.pk)
    ensure(can_edit(by, found))
    if Merger.objects.standing().filter(merged=found).exists():
        raise Refused(_("This person was merged into another one meanwhile. Open that one."))
    return found


def locked_organisation(organisation: Organisation, by: User) -> Organisation:
    """The organisation as it is now, locked until the transaction ends. Raises NotAllowed."""
    ensure(can_edit_customers(by))
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def details_of_organisation(organisation: Organisation) -> OrganisationDetails:
    """What is said of it now."""
    return OrganisationDetails(organisation.name, organisation.domains, organisation.notes)


def normal_contact(kind: str, value: str) -> str:
    """The address or number in the form it is kept in. Raises Refused for what is neither."""
    value = " ".join(value.split())
    if kind == ContactKind.EMAIL:
        try:
            validate_email(value)
        except ValidationError as error:
            raise Refused(_("This is not an e-mail address.")) from error
        return value.lower()
    if kind != ContactKind.PHONE or not _PHONE.fullmatch(value):
        raise Refused(_("Write the phone number with digits, for example +49 30 1234567."))
    return value


def _free(kind: str, value: str) -> str:
    """The normal form of a contact that nobody has. Raises Refused."""
    value = normal_contact(kind, value)
    taken = ContactPoint.objects.filter(kind=kind, value=value).select_related("user").first()
    owner = taken.user if taken else User.objects.filter(email=value).first()
    if owner is not None:
        raise Refused(_("%(name)s has this address or number already.") % {"name": owner})
    return value


def _sound(details: Details) -> Details:
    name = clean_name(details.name)
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Write a name of at most %(limit)s letters.") % {"limit": LONGEST_NAME})
    if details.role not in CUSTOMER_ROLES:
        raise Refused(_("Choose whether they are a customer or the manager of their organisation."))
    if details.role == Role.CUSTOMER_MANAGER and details.organisation is None:
        raise Refused(_("A manager needs an organisation. Choose one."))
    if details.language and details.language not in dict(settings.LANGUAGES):
        raise Refused(_("There is no such language here. Choose one of the list."))
    if details.time_zone and details.time_zone not in available_timezones():
        raise Refused(_("There is no such time zone. Choose one of the list."))
    notes = _sound_notes(details.notes)
    return Details(name, details.organisation, details.role, details.language, details.time_zone, notes)


def _sound_organisation(details: OrganisationDetails, *, own: Organisation | None) -> OrganisationDetails:
    name = clean_name(details.name)
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Write a name of at most %(limit)s letters.") % {"limit": LONGEST_NAME})
    others = Organisation.objects.exclude(pk=own.pk) if own else Organisation.objects.all()
    if others.filter(name__iexact=name).exists():
        raise Refused(_name_taken(name))
    domains = list(dict.fromkeys(domain.strip().lower().lstrip("@") for domain in details.domains if domain.strip()))
    for domain in domains:
        if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
            raise Refused(_("This is not a mail domain: %(domain)s") % {"domain": domain[:80]})
    taken = others.filter(domains__overlap=domains).order_by("pk").first() if domains else None
    if taken is not None:
        raise Refused(_("One of these domains belongs to %(name)s already.") % {"name": taken})
    return OrganisationDetails(name, domains, _sound_notes(details.notes))


def _sound_notes(text: str) -> str:
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST_NOTES:
        raise Refused(_("Keep it under %(limit)s letters; longer things are for the notes.") % {"limit": LONGEST_NOTES})
    return text


def _name_taken(name: str) -> str:
    return _("There is an organisation called “%(name)s” already.") % {"name": name}


def details_of(person: User) -> Details:
    """What is said of the person now; they come with their organisation."""
    return Details(person.name, person.organisation, person.role, person.language, person.time_zone, person.notes)


def _columns(details: Details) -> dict[str, Any]:
    return {name: getattr(details, name) for name in Details.__slots__}


def _facts(details: Details) -> dict[str, Any]:
    organisation = details.organisation
    return _columns(details) | {"organisation": organisation.pk if organisation else None}
