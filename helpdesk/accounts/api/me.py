"""Whose token it is."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from ninja import Router, Schema
from pydantic import Field

from helpdesk.accounts.actions import personal
from helpdesk.accounts.api.shapes import OrganisationName
from helpdesk.accounts.bearer import needs
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import MailTopic, Theme
from helpdesk.accounts.models import User
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import CleanText, Strict, ensure_edition, is_conditional, with_edition
from helpdesk.core.errors import NotAllowed
from helpdesk.core.sanitising import clean_name

router = Router(tags=["me"], auth=needs(Scope.PROFILE))


class TokenOut(Schema):
    """`expires_at` is null for one that does not end by itself."""

    name: str
    scopes: list[str]
    expires_at: datetime | None


class MeOut(Schema):
    """`capabilities` are what the role gives, of which the token's scopes let through a part. An empty `language` is
    what the browser asks for, an empty `time_zone` the installation's. `signature` and `newest_first` are of use to
    staff, `mail_topics` (what they get mail about) to customers."""

    id: int
    name: str
    email: str | None
    role: str
    capabilities: list[str]
    organisation: OrganisationName | None
    language: str
    time_zone: str
    theme: str
    signature: str
    newest_first: bool
    mail_topics: list[str]
    access: TokenOut


class MeChange(Strict):
    """What is left out or null stays."""

    name: Annotated[CleanText, Field(min_length=1, max_length=personal.LONGEST_NAME)] | None = None
    language: Annotated[CleanText, Field(max_length=8)] | None = None
    time_zone: Annotated[CleanText, Field(max_length=64)] | None = None
    theme: Theme | None = None
    signature: Annotated[CleanText, Field(max_length=personal.LONGEST_SIGNATURE)] | None = None
    newest_first: bool | None = None
    mail_topics: Annotated[list[MailTopic], Field(max_length=20)] | None = None


@router.get("/me/", response=MeOut, url_name="me")
def get_me(request: ApiRequest) -> MeOut:
    """The token's owner, and what the token is for."""
    return _told(request, request.user)


@router.patch("/me/", auth=needs(Scope.PROFILE_WRITE), response=MeOut, url_name="me")
@once
def change_me(request: ApiRequest, changed: MeChange) -> MeOut:
    """Change what the token's owner sets for themselves, as on their page."""
    person = personal.locked_self(request.user, request.user)
    if is_conditional(request):
        ensure_edition(request, _told(request, person))
    said = changed.model_dump(mode="json", exclude_none=True)
    topics = said.pop("mail_topics", None)
    if "name" in said:
        said["name"] = clean_name(said["name"])
    chosen = replace(personal.Personal.of(person), **said)
    person = personal.change(person=person, chosen=chosen, by=request.user)
    if topics is not None:
        person = _with_mail_about(person, topics)
    return _told(request, person)


def _with_mail_about(person: User, topics: list[str]) -> User:
    """Raises NotAllowed for staff, who say it for every kind of news and way on a page of their own."""
    if not person.is_customer:
        raise NotAllowed("`mail_topics` are for customers; staff choose on their page of notices.")
    return personal.choose_mail(person=person, topics=topics, by=person)


def _told(request: ApiRequest, person: User) -> MeOut:
    token = request.auth
    found = MeOut(
        id=person.pk,
        name=person.name,
        email=person.email,
        role=person.role,
        capabilities=[each.value for each in Capability if person.can(each)],
        organisation=OrganisationName.of(person.organisation),
        language=person.language,
        time_zone=person.time_zone,
        theme=person.theme,
        signature=person.signature,
        newest_first=person.newest_first,
        mail_topics=person.mail_topics,
        access=TokenOut(name=token.name, scopes=token.scopes, expires_at=token.expires_at),
    )
    with_edition(request, found)
    return found
