"""What views and templates have in common: names that differ for one owner, and for whom they are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from helpdesk.accounts.models import Team, User
from helpdesk.core.errors import Refused
from tickets.enums import Audience
from tickets.permissions import can_share_views, ensure

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said of an audience that does not fit the team, and of a team that the person does not belong to."""

    unclear: "StrPromise"
    foreign: "StrPromise"


def owner_locked(pk: int) -> User:
    """Nobody adds or renames what they own until the transaction ends."""
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def called(own: Rows, name: str) -> Rows:
    """Letters count as the same in either case, as the database itself has it."""
    return own.alias(lower=Lower("name")).filter(lower=Lower(Value(name)))


def ensure_audience(by: User, audience: str, team: Team | None, *, kept: int | None, sentences: Sentences) -> None:
    """To share takes the right to; a team is one of the person's own, or the one it has by now (`kept`).

    Raises NotAllowed, Refused."""
    if audience not in Audience.values or (audience == Audience.TEAM) != (team is not None):
        raise Refused(sentences.unclear)
    if audience == Audience.PRIVATE:
        return
    ensure(can_share_views(by))
    if team is None or kept == team.pk:
        return
    if not team.members.filter(pk=by.pk).exists():
        raise Refused(sentences.foreign)
