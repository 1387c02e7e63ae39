"""People who leave: every way in ends at once, and coming back gives nothing but the sign-in."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ApiToken, Erasure, Grant, Invitation, Merger, SignInLink, User
from helpdesk.accounts.permissions import can_switch_off
from helpdesk.accounts.signals import access_ended
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record

LONGEST_REASON = 500


@transaction.atomic
def end_access(*, person: User, by: User | None, reason: str = "") -> User:
    """End every session, API token, sign-in link and open live page of the person, and what rooms above keep for them
    (`access_ended`). They may sign in again. Writes `access_ended`.

    `by` is None for the program itself. Raises NotAllowed for anybody but the person and administrators.
    """
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    ensure(by is None or by.pk == person.pk or can_switch_off(by, person))
    record(verb="access_ended", subject=person, by=by, reason=reason[:LONGEST_REASON], **end_ways_in(person))
    return person


@transaction.atomic
def deactivate(*, person: User, by: User | None, reason: str) -> User:
    """The person leaves: switched off, with everything `end_access` ends; their grants end, and the invitations they
    sent that nobody has accepted. What they did and what is assigned to them stays. Writes `person_deactivated` with
    the grants that were; somebody who has left already leaves nothing more.

    `by` is None for the program itself, a directory for instance. Raises NotAllowed; Refused for oneself, for the last
    active administrator, without a reason.
    """
    person = locked_with_administrators(person)
    if not person.is_active:
        return person
    ensure(by is None or can_switch_off(by, person))
    if by is not None and by.pk == person.pk:
        raise Refused(_("Nobody switches themselves off: ask another administrator."))
    if not reason.strip():
        raise Refused(_("Say why the person leaves: the journal keeps it."))
    ensure_an_administrator_stays(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    ended = end_ways_in(person) | {"invitations": _end_invitations(person), "grants": end_grants(person)}
    record(verb="person_deactivated", subject=person, by=by, reason=reason.strip()[:LONGEST_REASON], **ended)
    return person


@transaction.atomic
def reactivate(*, person: User, by: User | None, reason: str = "") -> User:
    """The person may sign in again, as they did before: sessions, tokens, links and grants that ended stay ended.
    Writes `person_reactivated`. Raises NotAllowed; Refused for one who was merged into another or erased."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    ensure(by is None or can_switch_off(by, person))
    if person.is_active:
        return person
    if _is_gone(person):
        raise Refused(_("This person was merged into another one, or erased: nobody comes back as them."))
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(verb="person_reactivated", subject=person, by=by, reason=reason.strip()[:LONGEST_REASON])
    return person


def end_ways_in(person: User) -> dict[str, int]:
    """In the caller's transaction, with the person locked: sessions, tokens and links end, rooms above and open pages
    are told (`access_ended`). Returns how many tokens and links there were."""
    now = timezone.now()
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.session_epoch += 1
    tokens = ApiToken.objects.filter(user=person, revoked_at__isnull=True).update(revoked_at=now)
    links = SignInLink.objects.filter(user=person, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    access_ended.send(sender=User, user=person)
    return {"tokens": tokens, "links": links}


def end_grants(person: User) -> list[int]:
    """In the caller's transaction: nothing is granted to the person any more. Returns the teams that were."""
    live = Grant.objects.live().filter(contractor=person)
    teams = list(live.order_by("pk").values_list("team", flat=True))
    live.update(until=timezone.now())
    return teams


def locked_with_administrators(person: User) -> User:
    """The person as they are now, locked; after all active administrators where the person is one of them, so that two
    don't take leave of each other."""
    administrators = User.objects.active().filter(role=Role.ADMINISTRATOR).order_by("pk")
    if person.role == Role.ADMINISTRATOR:
        list(administrators.select_for_update(of=("self",)).values_list("pk"))
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def ensure_an_administrator_stays(person: User) -> None:
    """Raise Refused where nobody else could configure anything. The database refuses the same."""
    others: Any = User.objects.active().filter(role=Role.ADMINISTRATOR).exclude(pk=person.pk)
    if person.role == Role.ADMINISTRATOR and person.is_active and not others.exists():
        raise Refused(_("This is the last administrator: make somebody else one first."))


def _end_invitations(person: User) -> int:
    return Invitation.objects.open().filter(invited_by=person).update(revoked_at=timezone.now())


def _is_gone(person: User) -> bool:
    erased = Erasure.objects.filter(person=person, done_at__isnull=False)
    return Merger.objects.standing().filter(merged=person).exists() or erased.exists()
