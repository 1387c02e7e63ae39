"""A thousand open desks on one events process on one core: how soon all hear of a change, and what they cost."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connection
from django.test import Client

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.notifications.live.happenings import tell_now
from helpdesk.operations.bench.figures import children_of, cpu_seconds, machine, pss_mib
from helpdesk.operations.bench.scratch import scratch_database
from helpdesk.operations.seeding import synthetic
from helpdesk.operations.seeding.loading import load
from tickets.models import Ticket
from tickets.screens import THING

DESKS_OF_A_PERSON = 15
"""Fewer than one person may have open, so that those that come and go find room."""
BATCH = 50
WARM_UP = 5
SAMPLES = 10
"""So often the memory is looked at while pages come and go."""
LONGEST_SECONDS = 30.0


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--desks", type=int, default=1000, help="how many pages are open")
    parser.add_argument("--events", type=int, default=60, help="how many changes are told, one after the other")
    parser.add_argument("--minutes", type=float, default=4.0, help="for how long pages come and go; 60 for an hour")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Passed, when 99 of 100 arrivals of a change took less than a second, none was lost, and pages that came and went
    left nothing behind."""
    with scratch_database(keep=False) as url:
        load(synthetic.tickets(messages=1000, seed=7), progress=lambda loaded: None)
        numbers = list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[: options["events"]])
        sessions = _sessions(-(-options["desks"] // DESKS_OF_A_PERSON))
        connection.close()
        with _server(url) as (port, pid):
            figures = asyncio.run(_Desks(port, pid, sessions, options).measure(numbers))
    figures["passed"] = figures["p99_ms"] < 1000 and not figures["lost"] and figures["left_behind_kib_each"] < 1
    return {"benchmark": "live", "machine": machine(), **figures}


def _sessions(count: int) -> list[str]:
    found = []
    for number in range(count):
        person = User.objects.create_user(f"live{number}@bench.example", name=f"Agent {number}", role=Role.AGENT)
        browser = Client()
        browser.force_login(person)
        found.append(browser.cookies["sessionid"].value)
    return found


@contextmanager
def _server(database_url: str) -> Iterator[tuple[int, int]]:
    """The events process as docs/install.md starts it, on one core; this process takes the others. Gives its port and
    the key of the process that holds the connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "helpdesk.asgi", f"--bind=127.0.0.1:{port}", "--worker-class=asgi"]
    command += ["--asgi-lifespan=off", "--no-control-socket", "--workers=1", "--log-level=warning"]
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database_url, "LOG_LEVEL": "WARNING"})
    before = os.sched_getaffinity(0)
    try:
        _wait(port)
        worker = _worker_of(process.pid)
        for task in os.listdir(f"/proc/{worker}/task"):
            os.sched_setaffinity(int(task), {min(before)})
        if others := before - {min(before)}:
            os.sched_setaffinity(0, others)
        yield port, worker
    finally:
        os.sched_setaffinity(0, before)
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(300):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("The events process did not start.")


def _worker_of(pid: int) -> int:
    """The process that gunicorn has forked for the connections."""
    for _ in range(300):
        if below := children_of(pid)[1:]:
            return below[0]
        time.sleep(0.1)
    raise RuntimeError("The events process did not start.")


class _Desk:
    """One open page."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session = port, session
        self.heard: dict[str, float] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"GET /events/?desk=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={self.session}\r\n\r\n"
        self._writer.write(head.encode())
        status = await asyncio.wait_for(reader.readline(), LONGEST_SECONDS)
        if b" 200 " not in status:
            raise RuntimeError(f"A stream was not opened: {status.decode(errors='replace').strip()}")
        while not (await asyncio.wait_for(reader.readline(), LONGEST_SECONDS)).startswith(b"event: mark"):
            pass
        self._listening = asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        event = b""
        while line := await reader.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip()
            elif line.startswith(b"data: ") and event == b"rows":
                at = time.perf_counter()
                for word in line[6:].decode().split()[1:]:
                    self.heard.setdefault(word, at)

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        if self._writer is not None:
            self._writer.close()
            with suppress(OSError):
                await self._writer.wait_closed()


class _Desks:
    def __init__(self, port: int, pid: int, sessions: list[str], options: dict[str, Any]) -> None:
        self.port, self.pid, self.sessions, self.options = port, pid, sessions, options
        self.open: list[_Desk] = []

    async def measure(self, keys: list[int]) -> dict[str, Any]:
        await self._more(BATCH)  # what the first pages load is not theirs
        before, began = pss_mib([self.pid]), time.perf_counter()
        await self._more(self.options["desks"] - BATCH)
        opened, full = time.perf_counter() - began, pss_mib([self.pid])
        words = await asyncio.to_thread(_words_of, keys)
        arrivals, lasts, lost, cpu = await self._tell(keys, words)
        told = pss_mib([self.pid])
        churned = await self._churn()
        for desk in self.open:
            await desk.close()
        arrivals.sort()
        return {
            "desks": self.options["desks"],
            "opened_in_seconds": round(opened, 1),
            "kib_each": round((full - before) * 1024 / max(1, self.options["desks"] - BATCH), 1),
            "mib_in_all": told,
            "events": len(lasts),
            "p50_ms": round(arrivals[len(arrivals) // 2] * 1000, 1),
            "p99_ms": round(arrivals[int(len(arrivals) * 0.99) - 1] * 1000, 1),
            "all_screens_p50_ms": round(sorted(lasts)[len(lasts) // 2] * 1000, 1),
            "all_screens_max_ms": round(max(lasts) * 1000, 1),
            "processor_ms_an_event": round(cpu * 1000 / len(lasts), 1),
            "lost": lost,
            **churned,
        }

    async def _more(self, count: int) -> None:
        for _ in range(0, count, BATCH):
            fresh = [_Desk(self.port, self._session(len(self.open) + at)) for at in range(BATCH)]
            await asyncio.gather(*(desk.open() for desk in fresh))
            self.open += fresh

    def _session(self, number: int) -> str:
        return self.sessions[number % len(self.sessions)]

    async def _tell(self, keys: list[int], words: dict[int, str]) -> tuple[list[float], list[float], int, float]:
        """Seconds from each telling to each screen, to the last of them, how many never came, and processor seconds."""
        arrivals: list[float] = []
        lasts: list[float] = []
        lost, cpu = 0, 0.0
        for number, key in enumerate(keys):
            before, began = cpu_seconds([self.pid]), time.perf_counter()
            await asyncio.to_thread(tell_now, THING, [key])
            while any(words[key] not in desk.heard for desk in self.open):
                await asyncio.sleep(0.01)
                if time.perf_counter() - began > LONGEST_SECONDS:
                    break
            taken = [desk.heard[words[key]] - began for desk in self.open if words[key] in desk.heard]
            lost += len(self.open) - len(taken)
            if number >= WARM_UP:
                arrivals += taken
                lasts.append(max(taken, default=LONGEST_SECONDS))
                cpu += cpu_seconds([self.pid]) - before
        return arrivals, lasts, lost, cpu

    async def _churn(self) -> dict[str, Any]:
        """Pages go and others come, a batch after the other; what the second half of them has left behind."""
        came, began, minutes = 0, time.monotonic(), self.options["minutes"]
        samples = [(0, pss_mib([self.pid]))]
        while (passed := time.monotonic() - began) < 60 * minutes:
            gone, self.open = self.open[:BATCH], self.open[BATCH:]
            await asyncio.gather(*(desk.close() for desk in gone))
            again = [_Desk(self.port, desk.session) for desk in gone]
            await asyncio.gather(*(desk.open() for desk in again))
            self.open += again
            came += BATCH
            if passed > 60 * minutes * len(samples) / SAMPLES:
                samples.append((came, pss_mib([self.pid])))
        samples.append((came, pss_mib([self.pid])))
        (first, before), (last, after) = samples[len(samples) // 2], samples[-1]
        return {
            "churn": came,
            "churn_mib": [mib for _came, mib in samples],
            "left_behind_kib_each": round((after - before) * 1024 / max(1, last - first), 2),
        }


def _words_of(keys: list[int]) -> dict[int, str]:
    try:
        return {pk: str(number) for pk, number in Ticket.objects.filter(pk__in=keys).values_list("pk", "number")}
    finally:
        connection.close()
