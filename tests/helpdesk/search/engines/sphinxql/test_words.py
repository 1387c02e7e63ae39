"""Nothing but folded words reaches the index."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search.engines.sphinxql.words import folded, identifier_token, mark_token


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café,  ÉLAN!", "cafe elan"),
        ("Счёт ещё ЙОД новый", "счет еще йод новый"),
        ("ORD-2024/0017 o'neil a\\b", "ord 2024 0017 o neil a b"),
        ("ﬁne ½ Straße", "fine 1 2 straße"),
        ("a\0b 😀 c", "a b c"),
        ("", ""),
    ],
)
def test_text_is_folded_to_words(text, words):
    assert folded(text) == words


@given(st.text(max_size=200))
def test_folded_text_holds_no_sign_of_a_query_and_stays_as_it_is(text):
    once = folded(text)

    assert re.fullmatch(r"(\w+( \w+)*)?", once)
    assert folded(once) == once
    assert all(ord(character) <= 0xFFFF for character in once)


def test_marks_and_identifiers_are_told_apart_and_end_in_digits():
    tokens = {mark_token("team:3"), mark_token("team:33"), identifier_token("team:3")}

    assert len(tokens) == 3
    assert all(re.fullmatch(r"[mi]\d{1,20}", token) for token in tokens)
