"""Questions in the server's language: whatever is written, it is understood as words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.search.engines.sphinxql.compiling import compiled
from helpdesk.search.engines.sphinxql.words import identifier_token, mark_token
from helpdesk.search.grammar import read_words
from helpdesk.search.protocol import Question, Term

pytestmark = [pytest.mark.django_db]
ANYWHERE = "@(title,sender,names,body)"


def question(words="", **narrowing):
    return Question(7, read_words(words, names=()).groups, **narrowing)


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("basket", f"((({ANYWHERE} basket)))"),
        ('"Empty Basket" -café', f'((({ANYWHERE} "empty basket") !({ANYWHERE} cafe)))'),
        ("bask*", f"((({ANYWHERE} (bask | bask*))))"),
        ("the basket", f"((({ANYWHERE} basket)))"),
        ("a/b or x", f'((((({ANYWHERE} "a b") | (@marks {identifier_token("a/b")}))) | (({ANYWHERE} x))))'),
        ("the", ""),
        ("", ""),
    ],
)
def test_words_are_put_as_the_server_reads_them(words, query):
    assert compiled(question(words)) == query


def test_what_only_leaves_out_leaves_it_out_of_all_of_the_kind():
    assert compiled(question("-basket", marked=())) == ""
    assert f"(@marks {mark_token('kind:7')})" in compiled(Question(7, without=("team:1",), only=(5,)))


@pytest.mark.searchd
@pytest.mark.xdist_group("searchd")
def test_thousands_of_marks_are_asked_for_at_once(engine):
    from tests.helpdesk.search.engines.test_engine import entry

    engine.write([entry(1, marks=["team:1999"]), entry(2, marks=["team:2001"])])
    asked = Question(7, marked=(tuple(f"team:{number}" for number in range(2001)),), only=None)

    assert [hit.key for hit in engine.matches(asked, before=None, limit=5)] == [1]


@pytest.mark.searchd
@pytest.mark.xdist_group("searchd")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from([*"ab и*\"'\\/@()|!-=^$~<<%&[]{}:;,.?0", "\0", "\n", "é", "ё", "😀"]),
        max_size=80,
    )
)
def test_server_understands_whatever_somebody_writes(engine, words):
    for part in ("", "sender"):
        terms = tuple(
            Term(each.replace("\0", " "), part=part) for each in (words, words.swapcase()) if each.strip("\0 \n")
        )
        engine.matches(Question(7, (terms,) if terms else ()), before=None, limit=1)
    engine.matches(question(words), before=None, limit=1)
