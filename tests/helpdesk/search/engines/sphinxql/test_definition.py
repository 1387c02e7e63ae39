"""What is printed makes the index that the engine asks; `tests.peers.searchd` starts a server with it."""

from pathlib import PurePosixPath

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from helpdesk.search.address import read_address
from helpdesk.search.engines.sphinxql.definition import configuration, statements

SPREAD = read_address("sphinxql://one:9306/?index=helpdesk&write=part0,part1@two:9307")


def written(address, **options):
    return configuration(address, folder=PurePosixPath("/data"), **{"memory_mb": 64, **options})


def test_one_server_has_one_index_and_no_other():
    text = written(read_address("sphinxql://one"))

    assert text.count("\nindex ") + text.startswith("index helpdesk\n") == 1
    assert "distributed" not in text
    assert "rt_mem_limit = 64M" in text


def test_index_over_several_servers_asks_them_all():
    text = written(SPREAD)

    assert "index part0\n" in text
    assert "index part1\n" not in text
    assert "local = part0\n" in text
    assert "agent = two:9312:part1\n" in text


def test_server_that_only_keeps_a_part_has_that_alone():
    text = written(SPREAD, server=("two", 9307))

    assert [line for line in text.splitlines() if line.startswith("index ")] == ["index part1"]
    assert "listen = two:9307:mysql41\n    listen = two:9312\n" in text


def test_statements_for_manticore_make_every_table():
    text = statements(read_address("sphinxql://one/?index=helpdesk&write=cluster:part0,part1@two:9307"))

    assert [line.split(" (")[0] for line in text.splitlines() if line.startswith("CREATE")] == [
        "CREATE TABLE part0",
        "CREATE TABLE part1",
        "CREATE TABLE helpdesk type='distributed' agent='one:9312:part0' agent='two:9312:part1';",
    ]


def test_command_prints_either_or_says_that_there_is_no_server(settings, capsys):
    settings.SEARCH_ADDRESS = SPREAD
    call_command("search_config", folder="/data", memory=64)
    call_command("search_config", manticore=True)

    said = capsys.readouterr().out
    assert said == f"{written(SPREAD)}{statements(SPREAD)}"
    with pytest.raises(CommandError, match="no server “three:1”, but to one:9306, two:9307"):
        call_command("search_config", server="three:1")
    settings.SEARCH_ADDRESS = None
    with pytest.raises(CommandError, match="SEARCH_URL is empty"):
        call_command("search_config")
