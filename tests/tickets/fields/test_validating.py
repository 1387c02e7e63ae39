"""Which fields are shown, and what of that which was said is kept."""

import pytest

from tickets.enums import FieldKind
from tickets.fields import Definition, FieldErrors, Option, shown, validated

WORDS = (Option("yes", {"en": "Yes"}), Option("other", {"en": "Other"}))


def field(key, **said):
    kind = said.pop("kind", FieldKind.CHOICE)
    return Definition(
        pk=1, key=key, labels={"en": key.title()}, helps={}, kind=kind, categories=frozenset({1}), options=WORDS, **said
    )


A = field("a")
B = field("b", shown_when="a", shown_values=("yes",))
C = field("c", shown_when="b", shown_values=("yes",))
STAFF = field("staff", is_for_customers=False)
AFTER_STAFF = field("after_staff", shown_when="staff", shown_values=("yes",))
NEEDED = field("needed", is_required_for_customers=True, shown_when="a", shown_values=("yes", "other"))
NUMBER = field("number", kind=FieldKind.WHOLE)
FIELDS = [A, B, C, STAFF, AFTER_STAFF, NUMBER]


def keys(fields, values):
    return [each.key for each in shown(fields, values)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["a"]),
        ({"a": "other"}, ["a"]),
        ({"a": "yes"}, ["a", "b"]),
        ({"a": "yes", "b": "yes"}, ["a", "b", "c"]),
        ({"b": "yes"}, ["a"]),
    ],
)
def test_conditions_chain(values, expected):
    assert keys([A, B, C], values) == expected


def test_field_whose_condition_stands_on_a_missing_field_is_hidden():
    assert keys([B, C], {"a": "yes", "b": "yes"}) == []


def test_fields_that_wait_for_each_other_are_hidden_and_end():
    ring = [field("a", shown_when="b", shown_values=("yes",)), field("b", shown_when="a", shown_values=("yes",))]

    assert keys(ring, {"a": "yes", "b": "yes"}) == []


@pytest.mark.parametrize(("value", "is_shown"), [(True, True), (False, False)])
def test_condition_knows_yes_and_no(value, is_shown):
    asks = field("asks", kind=FieldKind.YES_NO)
    hangs = field("hangs", shown_when="asks", shown_values=("yes",))

    assert (hangs in shown([asks, hangs], {"asks": value})) is is_shown


def test_condition_knows_any_of_several_choices():
    asks = field("asks", kind=FieldKind.SEVERAL)
    hangs = field("hangs", shown_when="asks", shown_values=("yes",))

    assert keys([asks, hangs], {"asks": ["other", "yes"]}) == ["asks", "hangs"]


@pytest.mark.parametrize("by_staff", [True, False])
def test_what_is_said_while_hidden_is_not_stored(by_staff):
    said = {"a": "other", "b": "yes", "c": "nonsense"}

    assert validated(FIELDS, said=said, before={}, by_staff=by_staff) == {"a": "other"}


def test_what_becomes_hidden_keeps_its_value():
    before = {"a": "yes", "b": "yes", "c": "yes"}

    kept = validated(FIELDS, said={"a": "other", "b": "other"}, before=before, by_staff=True)

    assert kept == {"a": "other", "b": "yes", "c": "yes"}


def test_values_of_other_categories_are_kept_and_empty_ones_removed():
    kept = validated(FIELDS, said={"a": ""}, before={"a": "yes", "elsewhere": 5}, by_staff=True)

    assert kept == {"elsewhere": 5}


@pytest.mark.parametrize("key", ["staff", "nothing", "after_staff"])
def test_customer_reaches_nothing_that_is_for_staff(key):
    if key == "after_staff":
        assert validated(FIELDS, said={key: "yes"}, before={}, by_staff=False) == {}
        return
    with pytest.raises(FieldErrors) as refusal:
        validated(FIELDS, said={key: "yes"}, before={}, by_staff=False)

    assert refusal.value.by_key == {key: "There is no such field in this category."}


def test_every_wrong_field_has_its_sentence_and_nothing_is_kept():
    with pytest.raises(FieldErrors) as refusal:
        validated([*FIELDS, NEEDED], said={"a": "yes", "b": "no", "number": "x"}, before={}, by_staff=False)

    assert list(refusal.value.by_key) == ["b", "number", "needed"]
    assert str(refusal.value).startswith("B: Choose one of: Yes, Other.")


@pytest.mark.parametrize(("a", "by_staff", "is_good"), [("yes", False, False), ("yes", True, True), ("", False, True)])
def test_needed_field_is_asked_of_customers_while_it_is_shown(a, by_staff, is_good):
    said = {"a": a}

    if is_good:
        assert validated([A, NEEDED], said=said, before={}, by_staff=by_staff) == ({"a": a} if a else {})
        return
    with pytest.raises(FieldErrors) as refusal:
        validated([A, NEEDED], said=said, before={}, by_staff=by_staff)
    assert list(refusal.value.by_key) == ["needed"]


def test_old_value_that_no_longer_fits_stays_when_it_is_said_as_it_was():
    before = {"a": "gone", "number": "many"}

    assert validated(FIELDS, said={"a": "gone", "number": "many"}, before=before, by_staff=True) == before
    with pytest.raises(FieldErrors):
        validated(FIELDS, said={"a": "gone too"}, before=before, by_staff=True)
