"""Words taken out of text, HTML and JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core.masking import MASK, Mask
from helpdesk.core.sanitising import clean_mail_html, html_to_text

SECRET = "Qwerty&123"
MASKED = Mask([SECRET])
KEY = "-----BEGIN X-----\nAbCd1234\nEfGh5678\n-----END X-----"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Password: Qwerty&123.", f"Password: {MASK}."),
        ("Qwerty&123Qwerty&123", MASK * 2),
        ("> Qwer\n> ty&123 said", f"> {MASK} said"),
        ("https://x.example/?p=Qwerty%26123", f"https://x.example/?p={MASK}"),
        ("qwerty&123", "qwerty&123"),
        ("Qwerty &123", MASK),
        ("Qwerty  &123", "Qwerty  &123"),
    ],
)
def test_text_has_a_mask_in_their_place(text, masked):
    assert MASKED.of_text(text) == masked


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\n> ", "\n>> "])
def test_key_of_many_lines_is_found_where_it_is_quoted(ends):
    copy = KEY.replace("\n", ends)

    assert Mask([KEY]).of_text(f"Here:\n{copy}\nThanks") == f"Here:\n{MASK}\nThanks"


@pytest.mark.parametrize(
    ("html", "masked"),
    [
        ("<p>Password: Qwerty&amp;123.</p>", f"<p>Password: {MASK}.</p>"),
        ("<p>Qwe<b>rty</b>&#38;1<i>23</i>!</p>", f"<p>{MASK}<b></b><i></i>!</p>"),
        ("<p>Qwe<br>rty&#x26;123</p>", f"<p>{MASK}<br></p>"),
        ('<a href="https://x.example/?p=Qwerty%26123">here</a>', f'<a href="https://x.example/?p={MASK}">here</a>'),
        ('<img alt="Qwerty&amp;123 > x" src="cid:a">', f'<img alt="{MASK} &gt; x" src="cid:a">'),
        ("<p>Nothing &lt; here</p>", "<p>Nothing &lt; here</p>"),
    ],
)
def test_html_keeps_its_elements(html, masked):
    assert MASKED.of_html(html) == masked


def test_ranges_of_a_text_move_along():
    text = "Password: Qwerty&123\n> quoted Qwerty&123\nend"
    folds = [[21, 40], [15, 17]]

    masked, moved = MASKED.of_folded(text, folds)

    assert masked == f"Password: {MASK}\n> quoted {MASK}\nend"
    assert masked[slice(*moved[0])] == f"> quoted {MASK}\n"[: len(masked[slice(*moved[0])])]
    assert masked[slice(*moved[0])].startswith("> quoted")
    assert moved[1] == [16, 16]


@pytest.mark.parametrize(
    ("text", "masked"),
    [("It is Qwert", f"It is {MASK}"), ("It is Qwerty&1…", f"It is {MASK}…"), ("It is Qw", "It is Qw")],
)
def test_text_that_was_cut_within_a_word_keeps_no_beginning_of_it(text, masked):
    assert MASKED.of_cut(text) == masked


def test_values_are_searched_to_their_ends():
    assert MASKED.of_value({"a": ["x Qwerty&123", 7, None]}) == {"a": [f"x {MASK}", 7, None]}


def test_who_prints_a_mask_sees_no_word():
    assert SECRET not in repr(MASKED)


def test_no_words_take_nothing_out():
    assert Mask(["", " "]).of_text("Anything") == "Anything"


@given(st.text(alphabet="aB1&<>\"' \n", max_size=60), st.text(alphabet="aB1&<>\"'", min_size=4, max_size=8))
def test_html_of_any_text_with_the_word_no_longer_says_it(around, word):
    html = clean_mail_html(
        f"<p>{_escaped(around)}<b>{_escaped(word[:2])}</b>{_escaped(word[2:])}{_escaped(around)}</p>"
    ).html

    masked = Mask([word]).of_html(html)

    assert word not in html_to_text(masked)
    assert clean_mail_html(masked).html == masked


@given(st.text(alphabet="ab \n>", max_size=80), st.lists(st.integers(0, 80), min_size=2, max_size=2))
def test_ranges_stay_within_the_text(text, ends):
    start, end = sorted(min(each, len(text)) for each in ends)

    masked, ((begun, ended),) = Mask(["abba"]).of_folded(text, [[start, end]])

    assert 0 <= begun <= ended <= len(masked)


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
