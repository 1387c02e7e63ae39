"""Erasing a person who asked for it: the person goes, what others need of their requests stays under a pseudonym."""

from dataclasses import replace
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import browsers, erasing_book, sessions
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ContactPoint, Erasure, Invitation, Merger, User
from helpdesk.accounts.signals import erasure_asked, person_erased
from helpdesk.core.erasing import Erased, rewriting
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.actions import record
from helpdesk.journal.erasing import pseudonymise


@transaction.atomic
def ask(*, person: User, by: User) -> Erasure:
    """The person wants to be erased: in ERASURE_DAYS, told by a letter (`erasure_asked`). Asking again changes
    nothing. Raises NotAllowed for anybody else, and for staff, whose words are the company's books."""
    person = _own(person, by)
    earlier = Erasure.objects.open().filter(person=person).first()
    if earlier is not None:
        return earlier
    erasure = Erasure.objects.create(person=person, due_at=timezone.now() + timedelta(days=settings.ERASURE_DAYS))
    record(verb="erasure_asked", subject=person, by=by, erasure=erasure.pk)
    erasure_asked.send(sender=Erasure, erasure=erasure)
    return erasure


@transaction.atomic
def take_back(*, person: User, by: User) -> None:
    """The person stays. Raises NotAllowed, Refused when there is nothing to take back."""
    person = _own(person, by)
    erasure = Erasure.objects.open().filter(person=person).first()
    if erasure is None:
        raise Refused(_("There is nothing to take back."))
    erasure.taken_back_at = timezone.now()
    erasure.save(update_fields=["taken_back_at"])
    record(verb="erasure_taken_back", subject=person, by=by, erasure=erasure.pk)


def erase_all_due() -> int:
    """Everybody whose time is over, each in a transaction of their own. Returns how many."""
    due = Erasure.objects.open().filter(due_at__lte=timezone.now()).order_by("pk")
    return sum(erase(erasure=erasure) for erasure in due)


@transaction.atomic
def erase(*, erasure: Erasure) -> bool:
    """Erase the person everywhere, in one transaction: each room does its own part (`person_erased`), then the
    journal and the histories, then the person. False when it was done or taken back meanwhile."""
    person = User.objects.select_for_update(of=("self",)).get(pk=erasure.person_id)
    erasure = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure.pk)
    if erasure.done_at is not None or erasure.taken_back_at is not None or not person.is_customer:
        return False
    if Merger.objects.standing().filter(merged=person).exists():
        return False  # the survivor asked as well; should the two be told apart again, this one goes
    people = [person, *_merged_into(person)]
    known = [_known_by(each) for each in people]
    addresses = _nobody_elses(people, {address for each in known for address in each.addresses})
    names = tuple(dict.fromkeys(name for each in known for name in each.names))
    for each, one in zip(people, known, strict=True):
        erased = replace(one, addresses=addresses, names=names)
        person_erased.send(sender=User, erased=erased)
        erasing_book.forget(erased)
        _forget(each, erased)
        pseudonymise(erased)
    erasure.done_at = timezone.now()
    erasure.save(update_fields=["done_at"])
    record(verb="person_erased", subject=person, by=None, erasure=erasure.pk)
    return True


def _merged_into(person: User) -> list[User]:
    """Rows that turned out to be this person, and those that had turned out to be these, locked."""
    found: set[int] = set()
    ahead = {person.pk}
    while ahead:
        ahead = set(Merger.objects.standing().filter(survivor__in=ahead).values_list("merged", flat=True)) - found
        found |= ahead
    return list(User.objects.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"))


def _nobody_elses(people: list[User], addresses: set[str]) -> tuple[str, ...]:
    """Those that are not, by now, how somebody else is reached."""
    points = ContactPoint.objects.filter(value__in=addresses).exclude(user__in=people).values_list("value", flat=True)
    others = User.objects.filter(email__in=addresses).exclude(pk__in=[each.pk for each in people])
    return tuple(sorted(addresses - {""} - {*points} - {*others.values_list("email", flat=True)}))


def _known_by(person: User) -> Erased:
    """Every name and address that we ever knew them by."""
    history = apps.get_model("accounts", "UserEvent").objects.filter(pgh_obj_id=person.pk)
    past = list(history.order_by("pgh_id").values_list("name", "email"))
    points = ContactPoint.objects.filter(user=person).order_by("pk").values_list("value", flat=True)
    said = erasing_book.words_said_of(person.pk)
    reached = [text.lower() for kind, text in said if kind in ("email", "phone", "value")]
    called = [text for kind, text in said if kind == "name"]
    with translation.override(settings.LANGUAGE_CODE):
        pseudonym = _("Erased person %(number)s") % {"number": person.pk}
    return Erased(
        person=person.pk,
        pseudonym=pseudonym,
        addresses=tuple(dict.fromkeys([*points, person.email or "", *(each[1] or "" for each in past), *reached])),
        names=tuple(dict.fromkeys([person.name, *(name for name, _email in past), *called])),
    )


def _forget(person: User, erased: Erased) -> None:
    person.contact_points.all().delete()
    person.sign_in_links.all().delete()
    person.api_tokens.all().delete()
    sessions.end_silently(person=person)
    browsers.forget(user=person)
    Authenticator.objects.filter(user=person).delete()
    Invitation.objects.filter(address__in=erased.addresses).delete()
    about = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=about, object_id=str(person.pk)).update(object_repr=erased.pseudonym)
    person.name, person.email, person.role = erased.pseudonym, None, Role.CUSTOMER
    person.language = person.time_zone = person.signature = person.notes = ""
    person.mail_topics, person.organisation, person.is_active = [], None, False
    person.set_unusable_password()
    person.save()
    history = apps.get_model("accounts", "UserEvent")
    with rewriting(history):
        history.objects.filter(pgh_obj_id=person.pk).update(
            name=erased.pseudonym, email=None, notes="", signature="", time_zone="", language=""
        )


def _own(person: User, by: User) -> User:
    if by.pk != person.pk or not by.is_active or not by.is_customer:
        raise NotAllowed(_("Everybody asks for this themselves, and staff ask an administrator."))
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)
