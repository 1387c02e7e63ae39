"""What is written in the box is read as it was meant, whatever is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search.grammar import MOST_TERMS, Narrowing, Wish, read_words
from helpdesk.search.protocol import Term

NAMES = {"from", "от", "team", "before"}


def read(text):
    return read_words(text, names=NAMES)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", ()),
        ("   ", ()),
        ("- ' \" * :", ()),
        ("empty basket", ((Term("empty"), Term("basket")),)),
        ('"empty  basket" x', ((Term("empty basket"), Term("x")),)),
        ('"never closed', ((Term("never closed"),),)),
        ("-basket", ((Term("basket", is_out=True),),)),
        ('-"empty basket" x', ((Term("empty basket", is_out=True), Term("x")),)),
        ("bask*", ((Term("bask", is_prefix=True),),)),
        ('"bask*"', ((Term("bask*"),),)),
        ("a or b c", ((Term("a"),), (Term("b"), Term("c")))),
        ("a или b | c", ((Term("a"),), (Term("b"),), (Term("c"),))),
        ("or a or", ((Term("a"),),)),
        ('"or" a', ((Term("or"), Term("a")),)),
        ("a or -b", ((Term("a"),),)),
        ("O'Neil a\\b", ((Term("O Neil"), Term("a b")),)),
        ("https://shop.example/x Re: 12:30", ((Term("https://shop.example/x"), Term("Re:"), Term("12:30")),)),
        ("ORD-2024-0017", ((Term("ORD-2024-0017"),),)),
        ("a\0b", ((Term("a"), Term("b")),)),
    ],
)
def test_words_phrases_exclusions_and_ways_are_told_apart(text, groups):
    assert read(text) == Wish(groups)


@pytest.mark.parametrize(
    ("text", "narrowing"),
    [
        ("from:clara", Narrowing("from", "clara", False)),
        ("FROM:Clara", Narrowing("from", "Clara", False)),
        ('from:"Clara Weiss"', Narrowing("from", "Clara Weiss", False)),
        ("-team:line-1", Narrowing("team", "line-1", True)),
        ("от:клара", Narrowing("от", "клара", False)),
        ("before:2026-01-01", Narrowing("before", "2026-01-01", False)),
        ("from:a:b", Narrowing("from", "a:b", False)),
    ],
)
def test_known_word_with_a_colon_narrows(text, narrowing):
    assert read(f"basket {text}") == Wish(((Term("basket"),),), (narrowing,))


def test_unknown_word_with_a_colon_is_looked_for_as_it_is_written():
    assert read("colour:red") == Wish(((Term("colour:red"),),))


def test_text_of_a_wish_is_its_positive_words():
    assert read('from:clara "empty basket" -invoice shop or cart').text == "empty basket shop cart"


def test_more_terms_than_are_looked_for_are_left_out():
    wish = read(" ".join(f"w{number}" for number in range(MOST_TERMS + 10)))

    assert [len(group) for group in wish.groups] == [MOST_TERMS]


@given(st.text(max_size=600))
def test_whatever_is_written_is_read(text):
    wish = read(text)

    for term in (term for group in wish.groups for term in group):
        assert not set(term.text) & {"'", "\\", "\0"}
        assert any(character.isalnum() for character in term.text)
