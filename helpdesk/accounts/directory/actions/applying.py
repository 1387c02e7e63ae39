"""Bringing people to what their directory says, many in one transaction."""

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.actions import leaving, roles
from helpdesk.accounts.directory.actions import teams
from helpdesk.accounts.directory.enums import Deed
from helpdesk.accounts.directory.models import Directory, DirectoryPerson
from helpdesk.accounts.directory.planning import OUT_WORDS, Change, Rules, differences
from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint, User
from helpdesk.core.deferring import writing_together
from helpdesk.core.errors import Refused
from helpdesk.core.updating import update_together
from helpdesk.journal.actions import record

ENTRY_COLUMNS = ("dn", "login", "title", "phone")
WRITTEN = frozenset({Deed.ADDED, Deed.LINKED, Deed.CHANGED, Deed.ROLE, Deed.OUT, Deed.BACK})
"""Deeds that write anything."""


@transaction.atomic
def apply(*, directory: Directory, changes: list[Change], rules: Rules) -> None:
    """Do what was planned for these people, with a line in the journal for each thing done. What a rule of ours refuses
    (the last administrator stays one) becomes a line of the change instead. Locks the people.

    Raises IntegrityError when somebody took an address meanwhile: then none of these was changed.
    """
    keys = sorted(change.user.pk for change in changes if change.user is not None)
    locked = {user.pk: user for user in User.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    for change in changes:
        if change.user is not None:
            change.user = locked[change.user.pk]
            if change.person is not None:
                change.person.user = change.user
    with writing_together():
        _add(directory, [change for change in changes if change.deed == Deed.ADDED])
        for change in changes:
            if change.deed == Deed.LINKED:
                _link(directory, change)
        kept = [change for change in changes if change.deed in (Deed.CHANGED, Deed.ROLE, Deed.BACK, Deed.LINKED)]
        _change(directory, kept)
        for change in kept:
            _give_access(change, rules)
        for change in changes:
            if change.deed == Deed.OUT:
                _put_out(change)


def _add(directory: Directory, changes: list[Change]) -> None:
    """People who were never here. Their addresses are theirs because the directory says so."""
    users = [
        User(
            email=change.emails[0] if change.emails else None,
            name=change.said.name,
            role=change.role,
            language=change.said.language,
            password=make_password(None),
        )
        for change in changes
    ]
    User.objects.bulk_create(users)
    for change, user in zip(changes, users, strict=True):
        change.user = user
    _know(directory, changes)
    _add_points(changes)
    teams.enrol(changes)
    for change in changes:
        after = {"role": change.role, "teams": sorted(change.teams)}
        record(verb="directory_person_added", subject=change.whom, by=None, directory=directory.name, after=after)


def _link(directory: Directory, change: Change) -> None:
    """An account that was here belongs to the directory from now on, and its password is the directory's."""
    change.whom.password = make_password(None)
    change.whom.save(update_fields=["password"])
    _know(directory, [change])
    record(verb="directory_person_linked", subject=change.whom, by=None, directory=directory.name)


def _know(directory: Directory, changes: list[Change]) -> None:
    people = [
        DirectoryPerson(
            directory=directory,
            user=change.user,
            uid=change.said.uid,
            dn=change.said.dn,
            login=change.said.login,
            title=change.said.title,
            phone=change.said.phone,
            given_teams=sorted(change.teams) if change.deed == Deed.ADDED else [],
        )
        for change in changes
    ]
    for change, person in zip(changes, DirectoryPerson.objects.bulk_create(people), strict=True):
        change.person = person


def _change(directory: Directory, changes: list[Change]) -> None:
    """Names, addresses and what the entry says besides, of all of them in a few statements."""
    users, people = [], []
    for change in changes:
        user, person, entry = change.whom, change.known, change.said
        found = differences(change)
        if not found:
            continue
        user.name = entry.name
        user.email = found["email"][1] or None if "email" in found else user.email
        if "phone" in found and person.phone:
            ContactPoint.objects.filter(user=user, kind=ContactKind.PHONE, value=person.phone).delete()
        for column in ENTRY_COLUMNS:
            setattr(person, column, getattr(entry, column))
        users.append(user)
        people.append(person)
        before, after = ({name: pair[index] for name, pair in found.items()} for index in (0, 1))
        record(
            verb="directory_person_changed",
            subject=user,
            by=None,
            directory=directory.name,
            before=before,
            after=after,
        )
    update_together(users, ["name", "email"])
    update_together(people, ENTRY_COLUMNS)
    _add_points(changes)


def _add_points(changes: Iterable[Change]) -> None:
    """Their addresses, verified; a phone number that somebody else has stays theirs."""
    now, points, numbers = timezone.now(), [], []
    for change in changes:
        points += [
            ContactPoint(user=change.user, kind=ContactKind.EMAIL, value=email, verified_at=now)
            for email in change.emails
        ]
        if change.said.phone:
            numbers.append(ContactPoint(user=change.user, kind=ContactKind.PHONE, value=change.said.phone))
    ContactPoint.objects.bulk_create(numbers, ignore_conflicts=True)
    owned = {
        value: (pk, user, verified)
        for pk, user, value, verified in ContactPoint.objects.filter(
            kind=ContactKind.EMAIL, value__in=[point.value for point in points]
        )
        .order_by("pk")
        .values_list("pk", "user_id", "value", "verified_at")
    }
    ContactPoint.objects.bulk_create([point for point in points if point.value not in owned])
    unproved = [pk for pk, _user, verified in owned.values() if verified is None]
    ContactPoint.objects.filter(pk__in=unproved).update(verified_at=now)


def _give_access(change: Change, rules: Rules) -> None:
    """Role, teams and the way back in."""
    user, person = change.whom, change.known
    try:
        if person.out_because:
            person.out_because, person.out_at = "", None
            person.save(update_fields=["out_because", "out_at"])
            leaving.reactivate(person=user, by=None, reason=person.directory.name)
        if user.role != change.role:
            roles.change_role(person=user, role=change.role, by=None)
        teams.settle(change, rules)
    except Refused as refusal:
        change.deed, change.refusal = Deed.SKIPPED, str(refusal)


def _put_out(change: Change) -> None:
    user, person = change.whom, change.known
    try:
        leaving.deactivate(person=user, by=None, reason=OUT_WORDS[change.out])
    except Refused as refusal:
        change.deed, change.refusal = Deed.SKIPPED, str(refusal)
        return
    person.out_because, person.out_at = change.out, timezone.now()
    person.save(update_fields=["out_because", "out_at"])
