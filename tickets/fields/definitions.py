"""Categories and their fields as they are defined, in plain values that a process may keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import get_language

from tickets.enums import FieldKind

Words = Mapping[str, str]
"""A text by the code of its language."""


def in_words(words: Words) -> str:
    """The text in the language of whoever reads, else in the program's own, else in any."""
    return words.get(get_language() or "") or words.get(settings.LANGUAGE_CODE) or next(iter(words.values()), "")


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen: the word that is kept, and what people read."""

    word: str
    labels: Words


@dataclass(frozen=True, slots=True)
class Definition:
    """One field. `at_least` and `at_most` bound a number, the length of a text or how many are chosen. It is shown
    when the field `shown_when` ("" for always) has one of the words `shown_values`, and is itself shown."""

    pk: int
    key: str
    labels: Words
    kind: FieldKind
    categories: frozenset[int]
    helps: Words
    options: tuple[Option, ...] = ()
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    is_for_customers: bool = True
    is_required_for_customers: bool = False
    is_required_to_resolve: bool = False
    shown_when: str = ""
    shown_values: tuple[str, ...] = ()
    is_active: bool = True

    @property
    def label(self) -> str:
        return in_words(self.labels)

    @property
    def help(self) -> str:
        return in_words(self.helps)


@dataclass(frozen=True, slots=True)
class CategoryDefinition:
    """What a request can be about. `team` is the key of the queue that new ones go to, or None."""

    pk: int
    key: str
    names: Words
    helps: Words
    team: int | None = None
    is_for_customers: bool = True
    is_active: bool = True

    @property
    def name(self) -> str:
        return in_words(self.names)

    @property
    def help(self) -> str:
        return in_words(self.helps)


@dataclass(frozen=True, slots=True)
class Definitions:
    """All of them, in their order, those that are switched off as well."""

    categories: tuple[CategoryDefinition, ...] = ()
    fields: tuple[Definition, ...] = ()

    def category(self, pk: int | None) -> CategoryDefinition | None:
        return next((each for each in self.categories if each.pk == pk), None)

    def category_called(self, key: str) -> CategoryDefinition | None:
        return next((each for each in self.categories if each.key == key), None)

    def field_called(self, key: str) -> Definition | None:
        return next((each for each in self.fields if each.key == key), None)

    def offered(self, *, to_staff: bool) -> list[CategoryDefinition]:
        """The categories that somebody may choose."""
        return [each for each in self.categories if each.is_active and (to_staff or each.is_for_customers)]

    def fields_of(self, category: int | None) -> list[Definition]:
        """The fields in use of a category, those for staff alone as well; none without a category."""
        return [each for each in self.fields if each.is_active and category in each.categories]


NOTHING = Definitions()
