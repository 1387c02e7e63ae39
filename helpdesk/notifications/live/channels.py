"""What can be listened to, and who may: filled by the rooms above in `AppConfig.ready`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_supported_language_variant

from helpdesk.accounts.actions.seeing import SESSION_KEY
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.stepping_up import owes_second_factor
from helpdesk.core.registries import Registry
from helpdesk.notifications.live.bus import Present
from helpdesk.notifications.live.happenings import Change

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@dataclass(frozen=True, slots=True)
class Channel:
    """`may_listen` says whether this person may be told of the thing with this key; `show` prints who else is there
    (in the language that is active), None where nobody is told of anybody; `hears` names the channels of changes that
    this person hears of beside it. Where lists show who is at a thing, `mark` prints it, and `heard_by` says on which
    channels those are who may know, of the things with these keys."""

    may_listen: "Callable[[User, str], bool]"
    show: Callable[[list[Present]], str] | None = None
    hears: "Callable[[User], frozenset[str]]" = lambda user: frozenset()
    mark: Callable[[list[Present]], str] | None = None
    heard_by: Callable[[Sequence[str]], Mapping[str, frozenset[str]]] = lambda keys: {}


channels: Registry[Channel] = Registry("live channel")
"""By the name that an address has: `?ticket=20481` is the channel `ticket` of the thing `20481`."""

things: Registry[Callable[[Sequence[str]], Mapping[str, Change]]] = Registry("kind of thing that changes")
"""By the kind that `happenings.tell` says: of things with these keys those that are there, and who hears of them."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens to what, by which session; `hears` are channels beside their own. `lasts`: in so many seconds their
    session ends or a grant of theirs, and with it the right to listen; None where nothing ends by itself."""

    pk: int
    name: str
    language: str
    kind: str
    key: str
    session: str
    hears: frozenset[str] = frozenset()
    lasts: float | None = None

    @property
    def channel(self) -> str:
        return f"{self.kind}:{self.key}"


class Shut(Exception):
    """Not to be listened to; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def asked_for(query: "Mapping[str, str]") -> tuple[str, str]:
    """The channel and key that an address names. Raises Shut."""
    named = [(kind, key) for kind, key in query.items() if kind in channels]
    if len(named) != 1 or len(named[0][1]) > 40:
        raise Shut(404)
    return named[0]


def listener(session_key: str, kind: str, key: str) -> Listener:
    """Whoever has this session, if they may listen. Raises Shut: 401 nobody is signed in, or has yet to give the second
    factor that their role asks for, 404 it is not theirs, 204 they see as somebody else: what they look at stands
    still, and nobody is told that the person is there."""
    request = HttpRequest()
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key)
    user = get_user(request)
    if isinstance(user, AnonymousUser):
        raise Shut(401)
    if SESSION_KEY in request.session:
        raise Shut(204)
    if owes_second_factor(request.session, user):
        raise Shut(401)
    found = listener_of(user, session_key, kind, key)
    ends = [each for each in (found.lasts, _left(request.session)) if each is not None]
    return replace(found, lasts=min(ends, default=None))


def _left(session: Any) -> float | None:
    """Seconds until the session runs out."""
    return None if session.ends_at is None else (session.ends_at - timezone.now()).total_seconds()


def listener_of(user: "User", session_key: str, kind: str, key: str) -> Listener:
    """The person, if they may listen. Raises Shut."""
    channel = channels[kind]
    if not channel.may_listen(user, key):
        raise Shut(404)
    language = user.language or get_supported_language_variant(settings.LANGUAGE_CODE)
    name, hears = user.name or f"#{user.pk}", channel.hears(user) | {own_channel(user.pk)}
    return Listener(user.pk, name, language, kind, key, session_key, hears, lasts=_lasts(user))


def own_channel(person: object) -> str:
    """The channel that the person with this key hears on every page, and nobody else."""
    return f"person:{person}"


def _lasts(user: "User") -> float | None:
    """One statement for whoever sees by grants; none for anybody else."""
    if user.is_customer or user.can(Capability.SEE_ALL_TICKETS):
        return None
    left = user.grants.live().next_end()
    return None if left is None else left.total_seconds()
