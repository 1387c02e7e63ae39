"""Sphinx's server for tests: Debian's searchd on a loopback port, in a folder of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from django.conf import settings

from helpdesk.search.address import Address, read_address
from helpdesk.search.engines import windows
from helpdesk.search.engines.sphinxql import lines
from helpdesk.search.engines.sphinxql.definition import configuration
from tests.peers.ports import free_port, wait_for_port

ENGINES = ["postgres", pytest.param("sphinx", marks=[pytest.mark.searchd, pytest.mark.xdist_group("searchd")])]
"""Parameters of a test that both engines have to pass."""


class Searchd:
    """`parts` shelves; with more than one an index over all of them. Or one of the servers of a `url`, that at `host`;
    they ask each other at the port `agents`."""

    def __init__(self, parts: int = 1, *, url: str = "", host: str = "", agents: int = 0) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="helpdesk-searchd-"))
        written = f"&write={','.join(f'part{number}' for number in range(parts))}" if parts > 1 else ""
        found = read_address(url or f"sphinxql://127.0.0.1:{free_port()}/?index=helpdesk{written}")
        assert found is not None, "the URL names a server"
        self.address: Address = found
        self.process: Any = None
        ports = {shelf.host: shelf.port for shelf in found.shelves}
        self.server = (host, ports[host]) if host else (found.host, found.port)
        options = {"memory_mb": 64, "server": self.server, "agents": agents or free_port()}
        text = configuration(self.address, folder=PurePosixPath(self.folder), **options)
        (self.folder / "searchd.conf").write_text(text)

    def start(self) -> None:
        command = ["searchd", "--nodetach", "--config", str(self.folder / "searchd.conf")]
        with (self.folder / "out.log").open("ab") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        wait_for_port(self.server[1], host=self.server[0])

    def kill(self) -> None:
        """As by `kill -9`."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """For the time of the block it takes connections and answers nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def empty(self) -> None:
        for shelf in self.address.shelves:
            lines.ask(shelf.host, shelf.port, f"TRUNCATE RTINDEX {shelf.table}")

    def remove(self) -> None:
        self.kill()
        lines.hang_up(*self.server)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running(parts: int = 1, **options: Any) -> Iterator[Searchd]:
    if shutil.which("searchd") is None:
        pytest.skip("Sphinx's server is not installed (apt-get install sphinxsearch)")
    server = Searchd(parts, **options)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def started_searchd() -> Iterator[Searchd]:
    with running() as server:
        yield server


def chosen_engine(request: pytest.FixtureRequest) -> None:
    """What a fixture with the parameters ENGINES does for tests of what stands above the engines."""
    if request.param == "sphinx":
        request.getfixturevalue("searchd")


@pytest.fixture
def searchd(started_searchd: Searchd) -> Iterator[Searchd]:
    """The search of the test is this server, and empty."""
    started_searchd.empty()
    windows.begin_anew()
    before, settings.SEARCH_ADDRESS = settings.SEARCH_ADDRESS, started_searchd.address
    yield started_searchd
    settings.SEARCH_ADDRESS = before
