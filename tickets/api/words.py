"""What can be chosen: teams, people who take tickets, tags, categories with their fields, templates."""

from typing import Annotated

from ninja import Router, Schema
from pydantic import Field

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import CleanText, Limit, by_key
from helpdesk.core.errors import ensure
from tickets.actions.status import tag_of
from tickets.api.shapes import Named, Person, person_out
from tickets.fields import Definition
from tickets.fields.definitions import in_words
from tickets.models import Template
from tickets.queries import colleagues_for, teams_for
from tickets.queries.definitions import current_definitions
from tickets.queries.tags import tags_in_use

router = Router(tags=["choices"], auth=needs(Scope.TICKETS_READ))


class TeamOut(Schema):
    id: int
    name: str
    line: int
    is_active: bool


class TeamPage(Schema):
    items: list[TeamOut]
    next: str | None


class PersonPage(Schema):
    items: list[Person]
    next: str | None


class TagOut(Schema):
    """`tickets`: on how many of those that the token's owner may see and that were changed last."""

    tag: str
    tickets: int


class Tags(Schema):
    items: list[TagOut]


class Choice(Schema):
    word: str
    label: str


class FieldOut(Schema):
    """`key` names it in `fields` of tickets. `at_least` and `at_most` bound a number, the length of a text or how many
    are chosen. Shown only when the field `shown_when` has one of `shown_values`; "" is always."""

    key: str
    label: str
    kind: str
    options: list[Choice]
    at_least: float | None
    at_most: float | None
    is_for_customers: bool
    is_required: bool
    shown_when: str
    shown_values: list[str]


class CategoryOut(Schema):
    """`key` is its word on tickets."""

    key: str
    name: str
    is_for_customers: bool
    fields: list[FieldOut]


class Categories(Schema):
    items: list[CategoryOut]


class TemplateOut(Schema):
    """`text` is by the code of its language, with placeholders as they were written."""

    id: int
    name: str
    shortcut: str
    audience: str
    team: Named | None
    text: dict[str, str]
    is_for_replies: bool
    is_for_notes: bool


class TemplatePage(Schema):
    items: list[TemplateOut]
    next: str | None


@router.get("/teams/", response=TeamPage, url_name="teams")
def list_teams(request: ApiRequest, limit: Limit = 50, cursor: CleanText = "") -> TeamPage:
    """Teams that one may know of, oldest first."""
    _ensure_staff(request)
    rows, following = by_key(teams_for(request.user), cursor=cursor, limit=limit)
    items = [TeamOut(id=row.pk, name=row.name, line=row.line, is_active=row.is_active) for row in rows]
    return TeamPage(items=items, next=following)


@router.get("/assignees/", response=PersonPage, url_name="assignees")
def list_assignees(request: ApiRequest, limit: Limit = 50, cursor: CleanText = "") -> PersonPage:
    """People to whom one may give a ticket."""
    _ensure_staff(request)
    rows, following = by_key(colleagues_for(request.user), cursor=cursor, limit=limit)
    return PersonPage(items=[person_out(row, request.user) for row in rows], next=following)


@router.get("/tags/", response=Tags, url_name="tags")
def list_tags(request: ApiRequest, q: Annotated[CleanText, Field(max_length=50)] = "", limit: Limit = 50) -> Tags:
    """Tags that are in use, the most used first; those that begin with `q`."""
    _ensure_staff(request)
    found = tags_in_use(request.user, beginning=tag_of(q), most=limit)
    return Tags(items=[TagOut(tag=tag, tickets=count) for tag, count in found])


@router.get("/categories/", response=Categories, url_name="categories")
def list_categories(request: ApiRequest) -> Categories:
    """What a ticket can be about, with the fields of each, in the language of the token's owner."""
    definitions, for_staff = current_definitions(), not request.user.is_customer
    return Categories(
        items=[
            CategoryOut(
                key=each.key,
                name=each.name,
                is_for_customers=each.is_for_customers,
                fields=[
                    _field(field, for_staff=for_staff)
                    for field in definitions.fields_of(each.pk)
                    if for_staff or field.is_for_customers
                ],
            )
            for each in definitions.offered(to_staff=for_staff)
        ]
    )


@router.get("/templates/", response=TemplatePage, url_name="templates")
def list_templates(request: ApiRequest, limit: Limit = 50, cursor: CleanText = "") -> TemplatePage:
    """Canned texts that one may use: one's own, those of one's teams and everybody's."""
    _ensure_staff(request)
    found = Template.objects.visible_to(request.user).filter(is_active=True).select_related("team")
    rows, following = by_key(found, cursor=cursor, limit=limit)
    return TemplatePage(items=[_template(row) for row in rows], next=following)


def _ensure_staff(request: ApiRequest) -> None:
    ensure(request.user.can(Capability.ENTER_DESK))


def _field(field: Definition, *, for_staff: bool) -> FieldOut:
    return FieldOut(
        key=field.key,
        label=field.label,
        kind=field.kind,
        options=[Choice(word=option.word, label=in_words(option.labels)) for option in field.options],
        at_least=None if field.at_least is None else float(field.at_least),
        at_most=None if field.at_most is None else float(field.at_most),
        is_for_customers=field.is_for_customers,
        is_required=field.is_required_to_resolve if for_staff else field.is_required_for_customers,
        shown_when=field.shown_when,
        shown_values=list(field.shown_values),
    )


def _template(row: Template) -> TemplateOut:
    return TemplateOut(
        id=row.pk,
        name=row.name,
        shortcut=row.shortcut,
        audience=row.audience,
        team=Named(id=row.team.pk, name=row.team.name) if row.team else None,
        text=row.text,
        is_for_replies=row.is_for_replies,
        is_for_notes=row.is_for_notes,
    )
