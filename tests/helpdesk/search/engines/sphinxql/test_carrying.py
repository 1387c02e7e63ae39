"""What was written is told in order, once the server is there, whatever happens meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.core.errors import Away
from helpdesk.core.registries import QueueState
from helpdesk.search.engines import windows
from helpdesk.search.engines.sphinxql import carrying, ledger, lines
from helpdesk.search.engines.sphinxql.engine import SphinxEngine
from helpdesk.search.grammar import read_words
from helpdesk.search.models import Change
from helpdesk.search.protocol import Entry, Question
from tests.peers.ports import free_port
from tests.peers.searchd import running
from tests.sphinx_engine import AtOnce

pytestmark = [pytest.mark.django_db, pytest.mark.searchd, pytest.mark.xdist_group("searchd")]
AT = datetime(2026, 11, 1, tzinfo=UTC)


def entry(key, title="basket", *, under=None, marks=()):
    return Entry(7, key, under or key, AT, marks, title, "", "", "")


def found(engine, words, **narrowing):
    groups = read_words(words, names=()).groups
    return [hit.key for hit in engine.matches(Question(7, groups, **narrowing), before=None, limit=100)]


@pytest.fixture
def late(searchd):
    """An engine whose worker comes when the test calls it."""
    windows.begin_anew()
    return SphinxEngine(searchd.address, read=lambda kind, keys: [])


def test_last_change_of_a_document_is_what_is_told(late):
    late.write([entry(1), entry(2), entry(3)])
    late.write([entry(1, "invoice")])
    late.forget(kind=7, keys=[2, 9])
    late.forget(kind=7, keys=[3])
    late.write([entry(3)])

    assert Change.objects.count() == 4
    late.settle()
    assert (found(late, "basket"), found(late, "invoice")) == ([3], [1])
    assert not Change.objects.exists()


def test_change_made_while_the_server_is_told_comes_again(searchd, monkeypatch):
    engine = SphinxEngine(searchd.address, read=lambda kind, keys: [])
    engine.write([entry(1)])
    write = carrying._write

    def write_and_be_overtaken(address, documents):
        write(address, documents)
        monkeypatch.undo()
        engine.write([entry(1, "invoice")])

    monkeypatch.setattr(carrying, "_write", write_and_be_overtaken)
    engine.settle()

    assert (found(engine, "basket"), found(engine, "invoice")) == ([], [1])


def test_what_is_looked_at_again_is_what_there_is_now(engine):
    engine.write([entry(key, under=5, marks=("team:1",)) for key in (1, 2)])
    engine._things.pop((7, 2))

    engine.remark(kind=7, names=["team"], marks={5: ["team:2"]})

    assert found(engine, "basket", marked=(("team:2",),)) == [1]
    assert found(engine, "basket") == [1]


def test_range_keeps_what_is_named_and_what_came_meanwhile(engine):
    engine.write([entry(key) for key in range(1, 7)])
    for gone in (2, 5):
        engine._things.pop((7, gone))

    engine.keep_only([1, 3], kind=7, after=0, upto=3)
    assert found(engine, "basket") == [6, 5, 4, 3, 1]
    engine.keep_only([], kind=7, after=3, upto=None)
    assert found(engine, "basket") == [6, 4, 3, 1]


def test_many_and_large_documents_are_told_in_portions(engine, monkeypatch):
    monkeypatch.setattr(carrying, "MOST_CHARACTERS", 100)
    monkeypatch.setattr(carrying, "BATCH", 7)
    monkeypatch.setattr(carrying, "PAGE", 3)

    engine.write([entry(key, f"basket {'x' * key}") for key in range(1, 31)])

    assert found(engine, "basket") == list(range(30, 0, -1))
    assert (
        engine.differences([entry(key, f"basket {'x' * key}") for key in range(1, 31)], kind=7, after=0, upto=30) == []
    )
    engine.keep_only([], kind=7, after=0, upto=None)
    assert found(engine, "basket") == list(range(30, 0, -1))


def test_whoever_comes_while_another_tells_the_server_leaves_it_to_them(late):
    late.write([entry(1)])
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [carrying.LOCK])
        late.settle()
        assert found(late, "basket") == []
        other.execute("SELECT pg_advisory_unlock(%s)", [carrying.LOCK])
    late.settle()

    assert found(late, "basket") == [1]


def test_server_that_was_killed_has_what_it_had_and_gets_what_was_written_meanwhile(late, searchd):
    late.write([entry(1)])
    late.settle()
    searchd.kill()
    try:
        late.write([entry(2)])
        late.forget(kind=7, keys=[3])
        with pytest.raises(Away, match="does not answer"):
            late.settle()
        with pytest.raises(Away):
            found(late, "basket")
        assert Change.objects.count() == 2
    finally:
        searchd.start()
    late.settle()

    assert found(late, "basket") == [2, 1]


def test_server_that_does_not_answer_is_waited_for_shortly_and_told_later(late, searchd, monkeypatch):
    late.write([entry(1)])
    monkeypatch.setattr(lines, "ANSWER_SECONDS", 0.2)
    lines.hang_up(searchd.address.host, searchd.address.port)
    with searchd.standing_still(), pytest.raises(Away):
        late.settle()
    lines.hang_up(searchd.address.host, searchd.address.port)
    late.settle()

    assert found(late, "basket") == [1]


def test_documents_on_several_shelves_are_found_together(db):
    with running(parts=3) as server:
        engine = AtOnce(server.address)
        engine.write([entry(key) for key in range(1, 10)])
        engine.forget(kind=7, keys=[4])

        held = [len(list(carrying.held(part, "id", "kind = %s", [7]))) for part in shelves_of(server.address)]
        assert found(engine, "basket") == [9, 8, 7, 6, 5, 3, 2, 1]
        assert sorted(held) == [2, 3, 3]
        assert engine.differences([entry(key) for key in range(1, 10)], kind=7, after=0, upto=None)[0].key == 4


def test_documents_on_two_servers_are_found_together(db):
    first, second, agents = "127.0.0.1", "127.0.0.2", free_port()
    ports = free_port(), free_port()
    url = f"sphinxql://{first}:{ports[0]}/?index=helpdesk&write=part0,part1@{second}:{ports[1]}"
    with running(url=url, host=second, agents=agents), running(url=url, host=first, agents=agents) as server:
        engine = AtOnce(server.address)
        engine.write([entry(key) for key in range(1, 8)])

        assert found(engine, "basket") == [7, 6, 5, 4, 3, 2, 1]
        assert engine.differences([entry(key) for key in range(1, 8)], kind=7, after=0, upto=None) == []


def shelves_of(address):
    return [replace(address, index=shelf.table) for shelf in address.shelves]


def test_what_waits_is_watched(late):
    assert ledger.state() == QueueState(0, 0, 0.0)
    late.write([entry(1), entry(2)])
    Change.objects.update(created_at=timezone.now() - timedelta(seconds=90))

    state = ledger.state()
    assert (state.waiting, round(state.oldest_seconds, -1)) == (2, 90)


def test_index_that_is_missing_is_one_that_does_not_answer(late, caplog):
    late.address = replace(late.address, index="no_such_index")

    with pytest.raises(Away):
        found(late, "basket")
    assert "no_such_index" in caplog.text


def test_number_of_a_document_is_told_apart_by_kind_and_goes_back_to_its_key():
    numbers = [ledger.number(kind, key) for kind in (1, 2, 500_000) for key in (1, 2, carrying.LARGEST)]

    assert numbers == sorted(set(numbers))
    assert numbers[-1] < 2**63
    assert [ledger.key_of(each) for each in numbers[:3]] == [1, 2, carrying.LARGEST]
    assert ledger.moment(ledger.stamp(AT)) == AT
