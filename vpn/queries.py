"""Who is to see to keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Team, User
from vpn.models import Key, KeyRequest


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who sees to a key: `requester` is whose matter it is, `told` hear of it, `assignee` renews or revokes it. Without
    one it waits in the queue of `team`, for any of those who issue keys."""

    requester: User
    told: tuple[User, ...]
    assignee: User | None
    team: Team | None


def issuers() -> list[User]:
    """Everybody who may issue keys now, the eldest first."""
    roles = [role for role in Role.values if role_has(role, Capability.ISSUE_KEYS)]
    return list(User.objects.active().filter(role__in=roles).order_by("pk"))


def responsible_for(key: Key) -> Responsible | None:
    """The person of the key while they can see to it themselves; for contractors' keys, and those of people who have
    left or whom nobody knows, whoever approved or issued it; where those are gone too, all who issue keys. None where
    there is nobody at all."""
    owner = key.device.owner
    acts = owner is not None and can_see_to(owner)
    near = [person for person in _near(key) if _issues(person)]
    if owner is not None and acts and _issues(owner):
        near = [owner]
    keepers = [] if near else issuers()
    told = ([owner] if owner is not None and acts else []) + (keepers if not near or acts else near)
    requester = owner or next(iter(told), None)
    if requester is None:
        return None
    assignee = next(iter(near), None)
    told = list(dict.fromkeys(told))[: 1 if assignee is not None else None]
    return Responsible(requester, tuple(told), assignee, None if assignee else queue_of(keepers))


def can_see_to(person: User) -> bool:
    """Whether they can sign in and ask for a new key: not contractors, whose access others answer for."""
    enters = person.can(Capability.ENTER_CABINET) or person.can(Capability.ENTER_DESK)
    return person.is_active and bool(person.email) and enters and person.role != Role.CONTRACTOR


def queue_of(people: Iterable[User]) -> Team | None:
    """The first team that one of them belongs to; None where there is none, and everybody sees what waits."""
    found = Team.objects.filter(is_active=True, members__in=[person.pk for person in people])
    return found.order_by("line", "pk").first()


def _issues(person: User) -> bool:
    return person.is_active and person.can(Capability.ISSUE_KEYS)


def _near(key: Key) -> list[User]:
    """Who approved the key, and who issued it."""
    wish = KeyRequest.objects.filter(key=key).select_related("decided_by").first()
    return [person for person in (wish.decided_by if wish else None, key.issued_by) if person is not None]
