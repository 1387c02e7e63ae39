"""Who may do what with keys."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from vpn.enums import KeyState, RequestState
from vpn.models import Key, KeyRequest


def can_issue(user: User) -> bool:
    """Issue, renew, block and revoke keys of anybody, and decide about requests."""
    return user.is_active and user.can(Capability.ISSUE_KEYS)


def can_take(user: User, key: Key) -> bool:
    """Have the private key handed out: the person it is for, or whoever issues keys, while it is still kept."""
    is_kept = key.state == KeyState.VALID and bool(key.private_key)
    return is_kept and (can_issue(user) or key.device.owner_id == user.pk)


def can_block(user: User, key: Key) -> bool:
    """Everybody may block their own key: a lost laptop does not wait for office hours."""
    return key.state == KeyState.VALID and (can_issue(user) or key.device.owner_id == user.pk)


def can_dispute(user: User, key: Key) -> bool:
    """Say that a key in one's name was never asked for."""
    return key.state != KeyState.REVOKED and key.device.owner_id == user.pk


def can_ask_for(user: User, person: User) -> bool:
    """Ask for a key: for oneself, staff also for whom they may see."""
    return user.pk == person.pk or (
        not user.is_customer and User.objects.visible_to(user).filter(pk=person.pk).exists()
    )


def can_withdraw(user: User, request: KeyRequest) -> bool:
    return request.state == RequestState.WAITING and user.pk in (request.person_id, request.asked_by_id)
