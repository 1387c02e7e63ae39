"""Categories and fields as this process keeps them.

They are few and hardly ever change, so they are read again only when their *edition* is another. The edition rides in
the statement that reads a ticket, or is asked for alone where there is none.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef

from tickets.enums import FieldKind
from tickets.fields import NOTHING, CategoryDefinition, Definition, Definitions, Option
from tickets.models import Category, CustomField, Ticket
from tickets.models.category import Edition

NONE_DEFINED = "0"
_kept: dict[str, Definitions] = {}


def current_definitions() -> Definitions:
    """Categories and fields as they are now: one statement, and two more after a change."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {Edition.template}")
        [edition] = cursor.fetchone()
    return definitions_of(edition)


def definitions_for(ticket: Ticket) -> Definitions:
    """Those that belong to the reading of this ticket: in no statement when it was read `with_edition`."""
    edition = getattr(ticket, "edition", None)
    return current_definitions() if edition is None else definitions_of(edition)


def definitions_of(edition: str) -> Definitions:
    """The definitions of an edition that was read a moment ago; in two statements when it is new to this process."""
    if edition == NONE_DEFINED:
        return NOTHING
    found = _kept.get(edition)
    if found is None:
        found = Definitions(tuple(_categories()), tuple(_fields()))
        _kept.clear()  # one edition is in use at a time
        _kept[edition] = found
    return found


def _categories() -> list[CategoryDefinition]:
    return [
        CategoryDefinition(
            pk=row.pk,
            key=row.key,
            names=row.name,
            helps=row.help,
            team=row.team_id,
            is_for_customers=row.is_for_customers,
            is_active=row.is_active,
        )
        for row in Category.objects.order_by("position", "pk")
    ]


def _fields() -> list[Definition]:
    through = CustomField.categories.through.objects.filter(customfield=OuterRef("pk")).values("category_id")
    rows = CustomField.objects.select_related("shown_when").annotate(category_keys=ArraySubquery(through))
    return [_definition(row) for row in rows.order_by("position", "pk")]


def _definition(row: CustomField) -> Definition:
    return Definition(
        pk=row.pk,
        key=row.key,
        labels=row.label,
        helps=row.help,
        kind=FieldKind(row.kind),
        categories=frozenset(row.category_keys),  # type: ignore[attr-defined]
        options=tuple(Option(each["word"], each["label"]) for each in row.choices),
        at_least=row.at_least,
        at_most=row.at_most,
        is_for_customers=row.is_for_customers,
        is_required_for_customers=row.is_required_for_customers,
        is_required_to_resolve=row.is_required_to_resolve,
        shown_when=row.shown_when.key if row.shown_when else "",
        shown_values=tuple(row.shown_values),
        is_active=row.is_active,
    )
