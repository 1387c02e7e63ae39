"""One connection for each thread, opened when needed, opened again when it was lost."""

import threading

import pytest

from helpdesk.core.errors import Away
from helpdesk.search.engines.sphinxql import lines
from tests.peers.ports import free_port

pytestmark = [pytest.mark.searchd, pytest.mark.xdist_group("searchd")]


def test_lost_connection_is_opened_again_by_the_next_question(started_searchd):
    host, port = started_searchd.address.host, started_searchd.address.port
    lines.ask(host, port, "SHOW TABLES")
    lines._lines()[host, port]._sock.close()

    assert lines.ask(host, port, "SHOW TABLES") == [("helpdesk", "rt")]


def test_thread_has_a_connection_of_its_own(started_searchd):
    host, port = started_searchd.address.host, started_searchd.address.port
    lines.ask(host, port, "SHOW TABLES")
    seen = []

    def ask():
        seen.append((host, port) in lines._lines())
        seen.append(lines.ask(host, port, "SHOW TABLES"))
        lines.hang_up(host, port)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert seen == [False, [("helpdesk", "rt")]]


def test_what_the_server_can_not_do_is_said_in_its_words(started_searchd):
    with pytest.raises(lines.Stumbled, match="no_such_index"):
        lines.ask(started_searchd.address.host, started_searchd.address.port, "SELECT id FROM no_such_index")


def test_nobody_there_is_said_in_a_sentence():
    with pytest.raises(Away, match="does not answer at present"):
        lines.ask("127.0.0.1", free_port(), "SHOW TABLES")
