"""How the engine that comes along goes about its work: what is rare at once, what is common by the latest, and what has
to be read only as far as that takes a moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from helpdesk.search.engines import postgres, windows
from helpdesk.search.engines.postgres import PostgresEngine
from tests.helpdesk.search.engines.test_engine import entry, found, question

pytestmark = pytest.mark.django_db
DAYS = 60
NOW = datetime.now(UTC)


@pytest.fixture
def unknown(monkeypatch):
    """With documents of sixty days, of which the planner knows nothing; every second has the words the other way
    round."""
    windows.begin_anew()
    monkeypatch.setattr(windows, "FIRST", 5)
    monkeypatch.setattr(postgres, "RARE", 5)
    engine = PostgresEngine()
    engine.write(
        [
            entry(day, at=NOW - timedelta(days=day), text="empty basket" if day % 2 else "basket empty")
            for day in range(DAYS)
        ]
        + [entry(DAYS + 1, at=NOW - timedelta(days=DAYS), text="A rare monstera")]
    )
    return engine


@pytest.fixture
def engine(unknown):
    """The same, and the planner knows them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_document")
    return unknown


def statements(engine, django_assert_max_num_queries, words, **how):
    with django_assert_max_num_queries(100) as asked:
        keys = found(engine, words, **how)
    return keys, [each["sql"] for each in asked if "ts_rank" in each["sql"]]


@pytest.mark.parametrize(
    ("words", "limit", "keys", "looks"),
    [("monstera", 10, [DAYS + 1], 1), ("basket", 10, list(range(10)), 1), ('"empty basket"', 3, [1, 3, 5], 1)],
    ids=["rare", "common", "phrase"],
)
def test_words_when_the_planner_knows_them_then_one_look_is_enough(
    engine, django_assert_max_num_queries, words, limit, keys, looks
):
    assert statements(engine, django_assert_max_num_queries, words, limit=limit)[0] == keys
    assert len(statements(engine, django_assert_max_num_queries, words, limit=limit)[1]) == looks


def test_words_when_nothing_is_known_of_them_then_all_the_same_all_are_found(unknown):
    assert found(unknown, "basket") == list(range(DAYS))
    assert found(unknown, "monstera") == [DAYS + 1]


def test_words_that_must_stand_together_when_too_many_hold_them_then_are_looked_for_since_a_day(engine, monkeypatch):
    assert engine.reach(question('"empty basket"')) is None
    monkeypatch.setattr(postgres, "MOST_READ", 20)

    since = engine.reach(question('"empty basket"'))

    assert NOW - timedelta(days=40) < since < NOW - timedelta(days=10)
    assert found(engine, '"empty basket"', since=since) == [
        day for day in range(1, DAYS, 2) if NOW - timedelta(days=day) >= since
    ]


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("empty basket", {}),
        ('"rare monstera"', {}),
        ('"empty basket"', {"only": (1, 2)}),
        ('"empty basket"', {"since": NOW - timedelta(days=3)}),
    ],
    ids=["by the index", "rare", "few things", "later than that"],
)
def test_question_when_it_takes_but_a_moment_then_reaches_back_to_the_first(engine, monkeypatch, words, how):
    monkeypatch.setattr(postgres, "MOST_READ", 20)

    assert engine.reach(question(words, **how)) is None
