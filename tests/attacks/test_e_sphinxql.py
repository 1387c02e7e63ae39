"""E01: nothing that somebody writes or looks for is read as the language of the search's server."""

from datetime import UTC, datetime

import pytest

from helpdesk.search.engines.sphinxql import lines
from helpdesk.search.grammar import read_words
from helpdesk.search.protocol import Entry, Question, Term
from tests.peers.searchd import searchd, started_searchd  # noqa: F401 - fixtures
from tests.sphinx_engine import AtOnce

pytestmark = [pytest.mark.django_db, pytest.mark.searchd, pytest.mark.xdist_group("searchd")]
AT = datetime(2026, 11, 1, tzinfo=UTC)
HOSTILE = {
    "statement": "x'); DELETE FROM helpdesk WHERE id > 0; --",
    "quote": "\\' OR 1=1 ') OPTION max_matches=1 -- '",
    "field": "@marks m1 | @* secret",
    "bracket": '@(title,marks) ("secret" | secret',
    "operator": 'secret << "a b"~5 NEAR/3 MAYBE ^x$ =y SENTENCE PARAGRAPH ZONE:(h1) <<',
    "quorum": '"secret secret secret"/1',
    "not": "!!! -secret !(secret | ) ((((((((((",
    "backslash": "secret\\",
    "nul": "se\0cret '\0 \x1a",
    "wildcard": "*e*r*t* %% ?ecret",
    "brackets": "(" * 5_000,
}


@pytest.fixture
def engine(searchd):  # noqa: F811
    """With what this reader may not find: a document of another team that holds the secret."""
    made = AtOnce(searchd.address)
    made.write(
        [Entry(7, 1, 1, AT, ("team:1",), "secret", "", "", ""), Entry(7, 2, 2, AT, ("team:2",), "open", "", "", "")]
    )
    return made


def found(engine, question):
    return {hit.key for hit in engine.matches(question, before=None, limit=100)}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_e01_words_in_the_box_are_words_and_lead_nobody_past_their_marks(engine, words):
    asked = Question(7, read_words(words, names=()).groups, marked=(("team:2",),))
    of_a_part = Question(7, ((Term("open"),),), (Term(words.replace("\0", " "), part="sender"),), (("team:2",),))

    assert found(engine, asked) <= {2}
    assert found(engine, of_a_part) <= {2}
    assert found(engine, Question(7, ((Term("secret"),),))) == {1}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_e01_text_of_a_message_is_text(engine, words):
    engine.write([Entry(7, 3, 3, AT, ("team:2",), words, words, words, words)])

    assert found(engine, Question(7, marked=(("team:2",),))) == {2, 3}
    assert found(engine, Question(7, marked=(("team:1",),))) == {1}


def test_e01_megabytes_of_words_end_in_a_question_and_a_document_of_bounded_size(engine, searchd):  # noqa: F811
    engine.write([Entry(7, 3, 3, AT, (), *["'\\\" @marks | ж" * 300_000] * 4)])
    endless = " ".join(f"a{number}*" for number in range(100_000))

    assert found(engine, Question(7, read_words(endless, names=()).groups)) == set()
    assert lines.ask(searchd.address.host, searchd.address.port, "SELECT COUNT(*) FROM helpdesk") == [(3,)]
