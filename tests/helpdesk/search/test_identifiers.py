"""Identifiers are taken out of texts, and what looks like a piece of one is told."""

import pytest

from helpdesk.search.identifiers import LONGEST, MOST, identifiers_in, is_fragment, names_in, parted


def test_words_with_digits_and_addresses_are_identifiers_and_plain_words_are_not():
    text = "Order ORD-2024-0017, mail clara.weiss@shop.example; files: report_2024.pdf. Empty basket 12"

    assert identifiers_in(text) == ["ord-2024-0017", "clara.weiss@shop.example", "report_2024.pdf"]


def test_identifiers_are_found_once_and_not_without_end():
    text = " ".join(f"a{number}b" for number in range(100))

    assert len(identifiers_in(text, text)) == MOST
    assert identifiers_in("x1" * LONGEST) == []


@pytest.mark.parametrize("text", ["0017", "ord-2024", "shop.example", "clara@", "a/b"])
def test_piece_of_an_identifier_is_known_by_its_signs(text):
    assert is_fragment(text)


@pytest.mark.parametrize("text", ["basket", "12", "ord 2024", "", "1" * 100])
def test_plain_words_and_what_is_too_short_or_long_are_no_pieces(text):
    assert not is_fragment(text)


def test_address_is_parted_into_itself_its_domain_and_words():
    assert parted("clara.weiss@shop.example").split() == [
        *("clara.weiss@shop.example", "shop.example", "clara", "weiss", "shop", "example")
    ]
    assert parted("") == ""


def test_names_are_words_that_are_long_enough():
    assert names_in("Anna von Weiss a1 клара@x Клара") == {"anna", "weiss", "клара"}
