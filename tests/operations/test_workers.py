"""Workers of one machine."""

import socket

from helpdesk.operations.up.workers import node_name


def test_worker_is_called_by_what_it_works_on_and_by_its_machine():
    assert node_name("mail") == f"mail@{socket.gethostname()}"
