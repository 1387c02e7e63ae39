"""A category with fields of every sort, for tests."""

from tests.factories import CategoryFactory, CustomFieldFactory
from tickets.enums import FieldKind


def option(word, **labels):
    return {"word": word, "label": {"en": word.capitalize()} | labels}


def hosting(**fields):
    """`domain` must be filled in by customers; `system` shows `edition` (when Bitrix), which shows `licence` (when
    business); `cause` is for staff alone and needed to resolve."""
    category = CategoryFactory(key="hosting", name={"en": "Hosting", "ru": "Хостинг"}, **fields)
    here = {"categories": [category]}
    CustomFieldFactory(
        key="domain",
        label={"en": "Domain", "ru": "Домен"},
        help={"en": "As in the address bar."},
        is_required_for_customers=True,
        position=1,
        **here,
    )
    system = CustomFieldFactory(
        key="system", kind=FieldKind.CHOICE, choices=[option("wordpress"), option("bitrix")], position=2, **here
    )
    edition = CustomFieldFactory(
        key="edition",
        kind=FieldKind.CHOICE,
        choices=[option("start"), option("business")],
        shown_when=system,
        shown_values=["bitrix"],
        position=3,
        **here,
    )
    CustomFieldFactory(key="licence", shown_when=edition, shown_values=["business"], position=4, **here)
    CustomFieldFactory(key="pages", kind=FieldKind.WHOLE, at_least=1, at_most=1000, position=5, **here)
    CustomFieldFactory(
        key="features", kind=FieldKind.SEVERAL, choices=[option("mail"), option("ssl")], position=6, **here
    )
    CustomFieldFactory(
        key="cause",
        label={"en": "Root cause", "ru": "Причина"},
        is_for_customers=False,
        is_required_to_resolve=True,
        position=7,
        **here,
    )
    return category
