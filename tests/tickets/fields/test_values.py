"""What is said becomes what is kept, and what is kept becomes words again."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from tickets.enums import FieldKind
from tickets.fields import Definition, Misfit, Option, fits, raw_of, read, told

OPTIONS = (Option("a", {"en": "First", "ru": "Первый"}), Option("b", {"en": "Second"}))


def field(kind, **limits):
    return Definition(
        pk=1, key="x", labels={"en": "X"}, helps={}, kind=kind, categories=frozenset({1}), options=OPTIONS, **limits
    )


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (FieldKind.TEXT, "  shop.example ", "shop.example"),
        (FieldKind.TEXT, "   ", None),
        (FieldKind.LONG_TEXT, "one\r\ntwo", "one\ntwo"),
        (FieldKind.WHOLE, "1 200", 1200),
        (FieldKind.WHOLE, 12, 12),
        (FieldKind.WHOLE, 12.0, 12),
        (FieldKind.WHOLE, "-0", 0),
        (FieldKind.DECIMAL, "12,50", 12.5),
        (FieldKind.DECIMAL, 3, 3.0),
        (FieldKind.DATE, "2026-02-28", "2026-02-28"),
        (FieldKind.YES_NO, "yes", True),
        (FieldKind.YES_NO, False, False),
        (FieldKind.CHOICE, "b", "b"),
        (FieldKind.SEVERAL, ["b", "a", "b"], ["a", "b"]),
        (FieldKind.SEVERAL, [], None),
        (FieldKind.LINK, "shop.example/basket", "https://shop.example/basket"),
        (FieldKind.EMAIL, "clara@shop.example", "clara@shop.example"),
    ],
)
def test_value_when_it_fits_then_it_is_kept_by_its_kind(kind, raw, value):
    found = read(field(kind), raw)

    assert (found, type(found)) == (value, type(value))
    assert found is None or fits(field(kind), found)
    assert read(field(kind), raw_of(field(kind), found)) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (FieldKind.TEXT, "two\nlines"),
        (FieldKind.TEXT, "x" * 501),
        (FieldKind.TEXT, "nul\0"),
        (FieldKind.TEXT, 5),
        (FieldKind.WHOLE, "1.5"),
        (FieldKind.WHOLE, "twelve"),
        (FieldKind.WHOLE, True),
        (FieldKind.WHOLE, 10**15),
        (FieldKind.WHOLE, "1e400"),
        (FieldKind.DECIMAL, "nan"),
        (FieldKind.DECIMAL, float("inf")),
        (FieldKind.DECIMAL, "1.2345678901234567"),
        (FieldKind.DECIMAL, ["1"]),
        (FieldKind.DATE, "2026-02-30"),
        (FieldKind.DATE, "20260228"),
        (FieldKind.DATE, 20260228),
        (FieldKind.YES_NO, "maybe"),
        (FieldKind.YES_NO, 1),
        (FieldKind.CHOICE, "c"),
        (FieldKind.CHOICE, ["a"]),
        (FieldKind.SEVERAL, ["a", "c"]),
        (FieldKind.SEVERAL, [["a"]]),
        (FieldKind.LINK, "javascript:alert(1)"),
        (FieldKind.LINK, "ftp://shop.example/"),
        (FieldKind.EMAIL, "clara"),
    ],
)
def test_value_when_it_does_not_fit_then_a_sentence_says_what_would(kind, raw):
    with pytest.raises(Misfit) as misfit:
        read(field(kind), raw)

    assert str(misfit.value).endswith(".")
    assert not fits(field(kind), raw)


@pytest.mark.parametrize(("kind", "value"), [(FieldKind.DECIMAL, 3), (FieldKind.WHOLE, 3.0), (FieldKind.WHOLE, True)])
def test_number_fits_numbers_of_the_other_kind(kind, value):
    assert fits(field(kind), value) is (value is not True)


@pytest.mark.parametrize(
    ("kind", "least", "most", "good", "bad"),
    [
        (FieldKind.WHOLE, 1, 10, ["1", "10"], ["0", "11"]),
        (FieldKind.DECIMAL, 1, None, ["1"], ["0.99"]),
        (FieldKind.TEXT, 2, 3, ["ab", "abc"], ["a", "abcd"]),
        (FieldKind.SEVERAL, 2, None, [["a", "b"]], [["a"]]),
        (FieldKind.SEVERAL, None, 1, [["a"]], [["a", "b"]]),
    ],
)
def test_limits_of_a_field_hold(kind, least, most, good, bad):
    bounds = [None if bound is None else Decimal(bound) for bound in (least, most)]
    limited = field(kind, at_least=bounds[0], at_most=bounds[1])

    assert [read(limited, raw) is not None for raw in good] == [True] * len(good)
    for raw in bad:
        with pytest.raises(Misfit):
            read(limited, raw)


@pytest.mark.parametrize(
    ("kind", "value", "english", "russian"),
    [
        (FieldKind.DECIMAL, 12.5, "12.5", "12,5"),
        (FieldKind.DECIMAL, 0.00001, "0.00001", "0,00001"),
        (FieldKind.YES_NO, True, "Yes", "Да"),
        (FieldKind.CHOICE, "a", "First", "Первый"),
        (FieldKind.SEVERAL, ["a", "b"], "First, Second", "Первый, Second"),
        (FieldKind.DATE, "2026-02-28", "Feb. 28, 2026", "28 февраля 2026 г."),
        (FieldKind.CHOICE, "gone", "gone", "gone"),
        (FieldKind.WHOLE, "many", "many", "many"),
        (FieldKind.DATE, ["a", 1], "a, 1", "a, 1"),
    ],
)
def test_value_is_told_in_the_language_of_the_reader_and_a_misfit_as_it_is(kind, value, english, russian):
    with override("en"):
        assert told(field(kind), value) == english
    with override("ru"):
        assert told(field(kind), value) == russian
