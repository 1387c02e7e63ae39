"""What every engine has to do; each is asked the same."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.search.engines import windows
from helpdesk.search.engines.postgres import PostgresEngine
from helpdesk.search.grammar import read_words
from helpdesk.search.protocol import Difference, Entry, Piece, Question, Term
from tests.peers.searchd import ENGINES, started_searchd  # noqa: F401 - a fixture
from tests.sphinx_engine import AtOnce

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KIND = 7
TEXTS = {
    "title": "20481 Empty basket",
    "sender": "Clara Weiss clara@shop.example shop.example clara shop example",
    "names": "report_2024.pdf",
    "text": "Корзина пуста, счёт не оплачен. Order ORD-2024-0017 at the café",
}


@pytest.fixture(params=ENGINES)
def engine(request):
    windows.begin_anew()
    if request.param == "postgres":
        return PostgresEngine()
    server = request.getfixturevalue("started_searchd")
    server.empty()
    return AtOnce(server.address)


def entry(key=1, *, under=None, at=NOW, marks=(), kind=KIND, **texts):
    texts = texts or TEXTS
    return Entry(kind, key, under or key, at, tuple(marks), *(texts.get(part, "") for part in TEXTS))


def question(words="", **narrowing):
    return Question(KIND, read_words(words, names=()).groups, **narrowing)


def found(engine, words="", *, before=None, limit=100, **narrowing):
    return [hit.key for hit in engine.matches(question(words, **narrowing), before=before, limit=limit)]


@pytest.mark.parametrize(
    "words",
    [
        *("baskets", "BASKET", "empty basket", "basket empty", '"empty basket"', "корзины", "КОРЗИНА", "счет", "счёт"),
        *("clara", "weiss", "clara@shop.example", "shop.example", "basket or nothing", "basket -invoice", "- basket"),
        *("20481", "2048", "481", "report_2024.pdf", "report_2024", "ORD-2024-0017", "2024-0017", "ord-2024", "cafe"),
        *("bask*", "корз*", "-" * 100 + " basket", "the basket", "basket or the", "lara@sho"),
    ],
)
def test_thing_is_found_by_its_words_in_any_form_and_by_pieces_of_identifiers(engine, words):
    engine.write([entry()])

    assert found(engine, words) == [1]


@pytest.mark.parametrize(
    "words",
    [
        *("invoice", "basket invoice", "basket -empty", '"basket empty"', "", "-", '"', "or", "x" * 500, "the", "и"),
        *("bas", "ketbas*", "0018", "ord-2025", "-basket", "team:3", "=team:3", "day:20758", "#20481x", "%", "_____1"),
    ],
)
def test_thing_is_not_found_by_words_it_has_not_or_by_none(engine, words):
    engine.write([entry(marks=["team:3"])])

    assert found(engine, words) == []


def test_word_of_one_part_is_not_looked_for_in_others(engine):
    engine.write([entry(1, title="Clara"), entry(2, sender="Clara"), entry(3, text="Clara")])

    assert found(engine, always=(Term("clara", part="sender"),)) == [2]
    assert found(engine, "clara", always=(Term("clara", part="sender", is_out=True),)) == [3, 1]


def test_marks_narrow_all_at_once_and_leave_out(engine):
    engine.write([entry(key, marks=marks) for key, marks in enumerate([["a:1"], ["a:1", "b:1"], ["a:2", "b:1"]], 1)])

    assert found(engine, "basket", marked=(("a:1", "a:2"), ("b:1",))) == [3, 2]
    assert found(engine, "basket", marked=(("b:1",),), without=("a:2",)) == [2]
    assert found(engine, marked=(("a:1",),)) == [2, 1]
    assert found(engine, "-basket", marked=(("a:1",),)) == []
    assert found(engine, "basket", marked=((),)) == []


def test_marks_that_change_leave_words_and_other_marks(engine):
    engine.write([entry(1, under=5, marks=["team:1", "public"]), entry(2, under=6, marks=["team:1"])])

    engine.remark(kind=KIND, names=["team"], marks={5: ["team:2"]})

    assert found(engine, "basket", marked=(("team:2",), ("public",))) == [1]
    assert found(engine, "basket", marked=(("team:1",),)) == [2]
    assert found(engine, "basket", marked=(("under:5",),)) == [1]


def test_things_of_another_kind_or_forgotten_are_not_found(engine):
    engine.write([entry(1), entry(2), entry(1, kind=8)])

    engine.forget(kind=KIND, keys=[1])

    assert found(engine, "basket") == [2]


def test_thing_when_written_again_then_has_its_new_words_and_place_only(engine):
    engine.write([entry(1, under=5)])

    engine.write([entry(1, under=6, title="Invoice")])

    assert (found(engine, "basket"), found(engine, "invoice", only=(6,)), found(engine, "invoice", only=(5,))) == (
        [],
        [1],
        [],
    )


def test_latest_come_first_and_the_next_page_goes_on_from_a_place(engine):
    engine.write([entry(key, at=NOW - timedelta(days=key % 3)) for key in range(1, 8)])

    hits = engine.matches(question("basket"), before=None, limit=4)

    assert [hit.key for hit in hits] == [6, 3, 7, 4]
    assert found(engine, "basket", before=hits[-1].place) == [1, 5, 2]


def test_moments_bound_what_is_found(engine):
    engine.write([entry(key, at=NOW - timedelta(days=key)) for key in range(5)])

    assert found(engine, "basket", since=NOW - timedelta(days=3), until=NOW - timedelta(days=1)) == [2, 3]
    assert found(engine, since=NOW - timedelta(days=1)) == [0, 1]


@pytest.mark.parametrize("first", [1, 3, 8])
def test_what_is_found_is_the_same_however_far_a_step_looks(engine, monkeypatch, first):
    monkeypatch.setattr("helpdesk.search.engines.postgres.WALKED", 2)
    monkeypatch.setattr(windows, "FIRST", first)
    engine.write([entry(key, at=NOW - timedelta(days=key * key), marks=[f"odd:{key % 2}"]) for key in range(60)])

    assert found(engine, "basket") == list(range(60))
    assert found(engine, "basket", limit=5) == [0, 1, 2, 3, 4]
    assert found(engine, "basket", marked=(("odd:1",),), limit=5) == [1, 3, 5, 7, 9]
    assert found(engine, "basket", since=NOW - timedelta(days=100)) == list(range(11))


def test_title_weighs_more_than_sender_and_that_more_than_names_and_text(engine):
    engine.write([entry(key, **{part: "basket"}) for key, part in enumerate(("text", "title", "names", "sender"), 1)])

    ranked = sorted(engine.matches(question("basket"), before=None, limit=10), key=lambda hit: -hit.rank)

    assert [hit.key for hit in ranked] == [2, 4, 3, 1]


def test_snippets_mark_what_was_found_and_show_what_stands_round_it(engine):
    text = f"{'First words. ' * 50} The счёт of <b>today</b> {'Last words. ' * 50}"

    [(title, body)] = engine.snippets(question("baskets счет"), [("Empty basket \x02x", text)])

    assert title == [Piece("Empty ", False), Piece("basket", True), Piece("  x", False)]
    assert [piece.text for piece in body if piece.is_found] == ["счёт"]
    assert len("".join(piece.text for piece in body)) < 300


def test_snippets_without_words_or_texts_are_plain(engine):
    assert engine.snippets(question(marked=(("a:1",),)), [("Basket", "Empty")]) == [
        ([Piece("Basket", False)], [Piece("Empty", False)])
    ]
    assert engine.snippets(question("basket"), []) == []


def test_misspelt_name_is_told_as_it_is_known(engine):
    engine.write([entry()])

    assert engine.alike(question("klara weis zzzz")) == {"klara": "clara", "weis": "weiss"}
    assert engine.alike(question("clara")) == {}


def test_differences_are_named(engine):
    written = [entry(1), entry(2), entry(3, marks=["team:1"])]
    engine.write(written)
    there = [entry(1), entry(3, marks=["team:2"]), entry(4)]

    assert engine.differences(there, kind=KIND, after=0, upto=None) == [
        *(Difference(2, "surplus"), Difference(3, "different"), Difference(4, "missing"))
    ]
    assert engine.differences(written, kind=KIND, after=0, upto=3) == []
    assert engine.differences([], kind=KIND, after=2, upto=None) == [Difference(3, "surplus")]


@pytest.mark.parametrize("part", ["title", "sender", "names", "text"])
def test_text_that_no_index_can_hold_is_found_as_far_as_it_goes(engine, part):
    filler = "слово " * 40_000

    engine.write([entry(**{part: f"basket\0empty {filler} invoice"})])

    assert (found(engine, "basket empty"), found(engine, "invoice")) == ([1], [])


def test_engine_that_comes_along_is_ready(engine):
    assert engine.is_ready()
