"""Two rows that are one person become one, and two again.

The order of locks: the two people, in the order of their keys; then what the parts move, each in the order of its keys.
People are locked before tickets here and nowhere after them.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, Erasure, Merger, User
from helpdesk.accounts.permissions import can_keep_address_book
from helpdesk.accounts.registries import MergerPart, merger_parts
from helpdesk.accounts.signals import access_ended
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record


@transaction.atomic
def merge_people(*, survivor: User, merged: User, by: User) -> Merger:
    """`merged` was `survivor` all along: addresses, tickets and what else the parts know change hands, `merged` can no
    longer sign in. Merged already into the same person, it is that merger. Writes `people_merged` about both.

    Raises NotAllowed; Refused when the two are not customers of one organisation (one of them may have none), for then
    one would see what is the other's organisation's.
    """
    ensure(can_keep_address_book(by))
    survivor, merged = _locked(survivor, merged)
    standing = Merger.objects.standing().filter(merged=merged).first()
    if standing is not None and standing.survivor_id == survivor.pk:
        return standing
    refusal = obstacle(survivor, merged)
    if refusal:
        raise Refused(refusal)
    before = {
        "active": merged.is_active,
        "organisation": survivor.organisation_id,
        "given": merged.organisation_id if survivor.organisation_id is None else None,
    }
    _ensure_point(merged)
    moved = {name: part.move(merged, survivor) for name, part in merger_parts.items()}
    if before["given"]:
        survivor.organisation_id = before["given"]
        survivor.save(update_fields=["organisation"])
    merged.is_active = False
    merged.save(update_fields=["is_active"])
    access_ended.send(sender=User, user=merged)
    merger = Merger.objects.create(survivor=survivor, merged=merged, moved=moved, before=before, merged_by=by)
    for person in (survivor, merged):
        record(verb="people_merged", subject=person, by=by, survivor=survivor.pk, merged=merged.pk, merger=merger.pk)
    return merger


@transaction.atomic
def undo_merger(*, merger: Merger, by: User) -> Merger:
    """The two are two again: what changed hands then goes back, as far as it is still there; what came since stays with
    the survivor. Undone already is undone. Writes `merger_undone` about both. Raises NotAllowed, Refused."""
    ensure(can_keep_address_book(by))
    survivor, merged = _locked(merger.survivor, merger.merged)
    merger = Merger.objects.select_for_update(of=("self",)).get(pk=merger.pk)
    if merger.undone_at is not None:
        return merger
    if _is_erased(survivor, merged):
        raise Refused(_("This person was erased at their own request: nothing can be given back."))
    if Merger.objects.standing().filter(merged=survivor).exists():
        raise Refused(_("%(name)s was merged into somebody else since. Undo that first.") % {"name": survivor})
    for name, part in merger_parts.items():
        if name in merger.moved:
            part.give_back(merged, survivor, merger.moved[name])
    if merger.before["given"] and survivor.organisation_id == merger.before["given"]:
        survivor.organisation_id = merger.before["organisation"]
        survivor.save(update_fields=["organisation"])
    merged.is_active = merger.before["active"]
    merged.save(update_fields=["is_active"])
    merger.undone_at, merger.undone_by = timezone.now(), by
    merger.save(update_fields=["undone_at", "undone_by"])
    for person in (survivor, merged):
        record(verb="merger_undone", subject=person, by=by, survivor=survivor.pk, merged=merged.pk, merger=merger.pk)
    return merger


def obstacle(survivor: User, merged: User) -> str:
    """Why these two can't become one, as a sentence; "" when they can."""
    if survivor.pk == merged.pk:
        return _("This is one and the same person. Choose another one.")
    if not survivor.is_customer or not merged.is_customer:
        return _("Only customers can be merged; staff are set up by administrators.")
    if Merger.objects.standing().filter(merged__in=[survivor.pk, merged.pk]).exists():
        return _("One of the two was merged into somebody else already. Open that one.")
    if _is_erased(survivor, merged):
        return _("One of the two was erased at their own request. What is left is nobody's.")
    if not survivor.is_active:
        return _("%(name)s is switched off. Keep the other one of the two.") % {"name": survivor}
    if None not in (survivor.organisation_id, merged.organisation_id) and (
        survivor.organisation_id != merged.organisation_id
    ):
        return _(
            "They belong to different organisations: merged, one would see the tickets of the other. "
            "Put both into one organisation first, if they are one person indeed."
        )
    if survivor.organisation_id is None and merged.organisation_id and survivor.role == Role.CUSTOMER_MANAGER:
        return _("A manager would get an organisation by this. Keep the other one of the two.")
    return ""


def _is_erased(*people: User) -> bool:
    return Erasure.objects.filter(person__in=people, done_at__isnull=False).exists()


def _locked(one: User, other: User) -> tuple[User, User]:
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[one.pk, other.pk])
    found = {person.pk: person for person in rows.order_by("pk")}
    return found[one.pk], found[other.pk]


def _ensure_point(person: User) -> None:
    """The address somebody signs in with is an address of theirs: mail from it must find the survivor."""
    if person.email:
        ContactPoint.objects.get_or_create(kind=ContactKind.EMAIL, value=person.email, defaults={"user": person})


def register() -> None:
    """Make known what of this room changes hands; called once when the program starts."""
    merger_parts.register(
        "contacts",
        MergerPart(
            gettext_lazy("Addresses and numbers"),
            lambda person: person.contact_points.count(),
            _move_contacts,
            _give_back_contacts,
        ),
    )
    merger_parts.register(
        "notes",
        MergerPart(
            gettext_lazy("Staff notes"), lambda person: person.notes_about.count(), _move_notes, _give_back_notes
        ),
    )
    merger_parts.register(
        "erasures",
        MergerPart(
            gettext_lazy("Wishes to be erased"),
            lambda person: person.erasures.open().count(),
            _move_erasures,
            _give_back_erasures,
        ),
    )


def _move_contacts(merged: User, survivor: User) -> list[int]:
    """The keys of the contact points that changed hands."""
    return _hand_over(ContactPoint.objects.filter(user=merged), "user", survivor)


def _give_back_contacts(merged: User, survivor: User, moved: Any) -> None:
    _hand_over(ContactPoint.objects.filter(pk__in=moved, user=survivor), "user", merged)


def _move_erasures(merged: User, survivor: User) -> list[int]:
    """The survivor finds what `merged` asked for, and may take it back; one asked for by both stays theirs."""
    if Erasure.objects.open().filter(person=survivor).exists():
        return []
    return _hand_over(Erasure.objects.open().filter(person=merged), "person", survivor)


def _give_back_erasures(merged: User, survivor: User, moved: Any) -> None:
    _hand_over(Erasure.objects.open().filter(pk__in=moved, person=survivor), "person", merged)


def _hand_over(rows: Any, column: str, to: User) -> list[int]:
    """Give the rows to somebody, locked in the order of their keys, which are returned."""
    keys = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(**{column: to})
    return keys


def _move_notes(merged: User, survivor: User) -> list[int]:
    """The keys of the notes that stand with the survivor now."""
    return _hand_over(merged.notes_about.all(), "person", survivor)


def _give_back_notes(merged: User, survivor: User, moved: Any) -> None:
    _hand_over(survivor.notes_about.filter(pk__in=moved), "person", merged)
