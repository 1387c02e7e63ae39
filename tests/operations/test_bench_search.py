"""Benchmarks of the search: where they may write, and what they ask of a server of its own."""

import pytest
from django.core.management.base import CommandError
from django.db import transaction

from helpdesk.operations.bench import search_server
from helpdesk.operations.bench.scratch import scratch_database
from helpdesk.search.address import read_address
from tests.factories import MessageFactory
from tests.finding import indexed
from tests.peers.searchd import searchd, started_searchd  # noqa: F401 - fixtures
from tickets.queries.documents import entries


def test_benchmark_keeps_out_of_an_index_that_serves(settings):
    settings.SEARCH_ADDRESS = read_address("sphinxql://host/?index=helpdesk")

    with pytest.raises(CommandError, match="ends in “_bench”"), scratch_database():
        pytest.fail("It was let in.")


@pytest.mark.django_db
@pytest.mark.searchd
@pytest.mark.xdist_group("searchd")
def test_server_says_how_many_hold_a_word_and_how_large_it_is(searchd):  # noqa: F811
    indexed(*MessageFactory.create_batch(3, text="Корзины пусты"), MessageFactory(text="invoice"))
    with transaction.atomic():
        rows = entries(0, 10)

    assert search_server.count("корзина") == 3
    assert search_server.sizes()["documents"] == 4
    assert search_server.told_ms(rows) > 0
