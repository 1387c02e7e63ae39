"""What the pages of the address book read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Merger, Organisation, User, UserQuerySet
from helpdesk.accounts.registries import acquaintances

MOST_DUPLICATES = 5
MOST_PEOPLE = 1000
"""So many people of an organisation are counted; more are told as that many and a plus."""


@dataclass(frozen=True, slots=True)
class PeopleCriteria:
    """What narrows the address book: `words` of names and addresses, a part of the name of the organisation."""

    words: str = ""
    organisation: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.organisation)


def people_known_to(user: User) -> UserQuerySet:
    """Whoever this member of staff may see: everybody, or to those who may not see customers at large (contractors)
    the people of what they work on. Nobody to customers."""
    people: UserQuerySet = User.objects.all()
    if not user.can(Capability.ENTER_DESK):
        return people.none()
    if user.can(Capability.SEE_CUSTOMERS):
        return people
    known = Q(pk__in=[])
    for _name, keys_of in acquaintances.items():
        known |= Q(pk__in=keys_of(user))
    return people.filter(known)


def address_book(user: User, criteria: PeopleCriteria) -> UserQuerySet:
    """The customers this person may see and whom the criteria leave, without those who turned out to be somebody
    else."""
    merged = Merger.objects.standing().filter(merged=OuterRef("pk"))
    found = people_known_to(user).customers().filter(~Exists(merged))
    if criteria.words:
        found = found.with_words(criteria.words)
    if criteria.organisation:
        named = Organisation.objects.filter(name__icontains=criteria.organisation).order_by().values("pk")
        found = found.filter(organisation__in=named)
    return found


def organisations_found(user: User, words: str) -> QuerySet[Organisation]:
    """The organisations this person may see by name or domain, with how many people each has (`people_count`)."""
    found: QuerySet[Organisation] = Organisation.objects.visible_to(user)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(domains__contains=[words.lower()]))
    counted = User.objects.filter(organisation=OuterRef("pk")).order_by().values("organisation")
    return found.annotate(people_count=Subquery(counted.annotate(count=Count("pk")).values("count")))


def people_of(organisation: Organisation, user: User) -> UserQuerySet:
    """Its customers."""
    return address_book(user, PeopleCriteria()).filter(organisation=organisation)


def likely_duplicates(person: User, user: User) -> list[User]:
    """Customers of the same name who may be the same person: of the same organisation, or one of the two has none."""
    if not person.is_customer or not person.name:
        return []
    found = address_book(user, PeopleCriteria()).filter(is_active=True).exclude(pk=person.pk)
    found = found.annotate(lower=Lower("name")).filter(lower=person.name.lower())
    if person.organisation_id is not None:
        found = found.filter(Q(organisation=person.organisation_id) | Q(organisation__isnull=True))
    return list(found.select_related("organisation").order_by("pk")[:MOST_DUPLICATES])


def standing_mergers(person: User) -> list[Merger]:
    """The merger by which the person became somebody else, and those by which others became this person."""
    about = Merger.objects.standing().filter(Q(survivor=person) | Q(merged=person))
    return list(about.select_related("survivor", "merged", "merged_by").order_by("-pk"))


def survivor_of(person: User) -> User:
    """Whoever the person turned out to be, in the end; themselves where nobody merged them."""
    seen: set[Any] = set()
    while person.pk not in seen:
        seen.add(person.pk)
        merger = Merger.objects.standing().filter(merged=person).select_related("survivor").first()
        if merger is None:
            return person
        person = merger.survivor
    return person
