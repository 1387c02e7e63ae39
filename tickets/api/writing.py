"""What programs send to write."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from helpdesk.accounts.models import Team, User
from helpdesk.core.api import BigKey, CleanText, Strict
from helpdesk.core.errors import Refused
from tickets.actions.files import NewFile, again, uploads_of
from tickets.queries import teams_for

FieldWord = Annotated[CleanText, Field(max_length=40)]
SaidValue = bool | int | float | CleanText | Annotated[list[CleanText], Field(max_length=100)] | None
Uploads = Annotated[list[UUID], Field(max_length=50)]
"""Ids of files that the token's owner uploaded and no message has yet."""
Text = Annotated[CleanText, Field(min_length=1, max_length=1_000_000)]


class NewTicket(Strict):
    """`requester` (the id of a customer whom the token's owner may see) and `team` are for staff to give. `category` is
    the word of one, `fields` are values by the words of its fields; what does not fit is refused."""

    subject: Annotated[CleanText, Field(min_length=1, max_length=500)]
    text: Text
    requester: BigKey | None = None
    team: BigKey | None = None
    category: Annotated[CleanText, Field(max_length=40)] = ""
    fields: dict[FieldWord, SaidValue] = {}
    files: Uploads = []


class Said(Strict):
    """Markdown (CommonMark); HTML in it stays text. `files` are ids of uploads."""

    text: Text
    files: Uploads = []


class Forwarded(Strict):
    """`to` are addresses outside the conversation; `text` goes before it."""

    to: Annotated[list[Annotated[CleanText, Field(min_length=3, max_length=254)]], Field(min_length=1, max_length=20)]
    text: Annotated[CleanText, Field(max_length=1_000_000)] = ""
    with_history: bool = True


def requester_of(new: NewTicket, by: User) -> User:
    """The customer the ticket is for. Raises Refused when none is named or can be seen, or a customer names one."""
    if by.is_customer:
        if new.requester is not None:
            raise Refused("Leave “team” and “requester” out: the ticket is your own.")
        return by
    if new.requester is None:
        raise Refused("Say for whom: “requester” is the id of a customer.")
    found = User.objects.visible_to(by).active().customers().filter(pk=new.requester).first()
    if found is None:
        raise Refused("There is no such customer for you: “requester” is the id of a customer.")
    return found


def team_of(new: NewTicket, by: User) -> Team | None:
    """The team that gets the ticket. Raises Refused when it can't be seen, or a customer chooses one."""
    if new.team is None:
        return None
    if by.is_customer:
        raise Refused("Leave “team” and “requester” out: the ticket is your own.")
    found = teams_for(by).filter(pk=new.team).first()
    if found is None:
        raise Refused("There is no such team for you: “team” is the id of a team.")
    return found


def files_of(keys: Sequence[UUID], by: User) -> list[NewFile]:
    """The person's uploads, for what takes files and not uploads. Raises Refused when one is no longer kept."""
    if len(uploads_of(by=by, keys=keys)) != len(set(keys)):
        raise Refused("A file of “files” is no upload of yours that waits for a message: upload it first.")
    return again(keys, by=by)
