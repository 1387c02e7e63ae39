"""Starts the processes, starts again what dies, stops everything in order."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections

from helpdesk.embedded import DataFolder, EmbeddedError, Servers, State
from helpdesk.embedded.processes import die_with, name_this_process
from helpdesk.operations.up.children import Child
from helpdesk.operations.up.console import say
from helpdesk.operations.up.logs import Tail

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
LOOK_SECONDS = 0.5
SHORT_LIFE = 10.0  # seconds; one that ends sooner probably ends again
FIRST_DELAY, LONGEST_DELAY = 0.25, 4.0


@dataclass
class Slot:
    """One child or server and how it fares."""

    name: str
    child: Child | None
    pid: int | None = None
    since: float = 0.0
    short_lives: int = 0
    again_at: float | None = None

    def rest(self, lived: float) -> float:
        """Seconds to wait before it is started again, after it lived so long: none for one that worked and was killed,
        longer each time for one that ends again and again as soon as it starts."""
        self.short_lives = self.short_lives + 1 if lived < SHORT_LIFE else 0
        if not self.short_lives:
            return 0.0
        return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(self.short_lives - 1, 10))


class Supervisor:
    """Forks children, so it must be made by the process that has everything imported and no thread or connection.

    From `start` on the stop signals are blocked and taken in turn by `watch`: none is lost and none interrupts.
    """

    def __init__(self, *, folder: DataFolder, servers: Servers, state: State) -> None:
        self.folder = folder
        self.servers = servers
        self.state = state
        self.slots: list[Slot] = [Slot(name=name, child=None, pid=pid) for name, pid in servers.processes.items()]
        self.tails: list[Tail] = []
        self.access_log = Tail("access", folder.log_path("access"))
        self.told_to_stop = 0
        self.stopped = False

    @property
    def names(self) -> list[str]:
        return [slot.name for slot in self.slots if slot.child]

    def start(self, children: Iterable[Child]) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS | {signal.SIGCHLD})
        for child in children:
            slot = Slot(name=child.name, child=child)
            self.slots.append(slot)
            self.tails.append(Tail(child.name, self.folder.log_path(child.name)))
            self._spawn(slot)
        self._write_state()

    def watch(self) -> int:
        """Keep everything running until a stop signal; the exit code."""
        while not self.is_told_to_stop(LOOK_SECONDS):
            self._look()
            for tail in self.tails:
                for line in tail.warnings():
                    say(line)
                tail.trim()
            self.access_log.trim()
        return 0 if self.told_to_stop == signal.SIGINT else 128 + self.told_to_stop

    def is_told_to_stop(self, seconds: float) -> bool:
        """Wait so long for a stop signal, or less when a child ends.

        After a stop and a continuation (Ctrl-Z and `fg`) CPython 3.11 answers with a signal that is none.
        """
        found = signal.sigtimedwait(STOP_SIGNALS | {signal.SIGCHLD}, seconds)
        if found is not None and found.si_signo in STOP_SIGNALS:
            if self._is_ignored(found.si_signo):
                return bool(self.told_to_stop)
            self.told_to_stop = found.si_signo
        return bool(self.told_to_stop)

    def stop(self) -> None:
        """End doors, then workers; the servers are stopped by whoever started them. A second signal kills at once."""
        if self.stopped:
            return
        self.stopped = True
        if any(slot.pid for slot in self.slots):
            say("Stopping")
        self.told_to_stop = 0
        for rank in sorted({slot.child.rank for slot in self.slots if slot.child}):
            self._end([slot for slot in self.slots if slot.child and slot.child.rank == rank])

    def _end(self, slots: list[Slot]) -> None:
        end = time.monotonic() + max((slot.child.grace for slot in slots if slot.child), default=0)
        for slot in slots:
            _signal(slot.pid, signal.SIGTERM)
        while any(slot.pid for slot in slots):
            self._reap(slots)
            if not any(slot.pid for slot in slots):
                break
            if self.is_told_to_stop(0.05) or time.monotonic() > end:
                for slot in slots:
                    _signal_group(slot.pid, signal.SIGKILL)

    def _look(self) -> None:
        """Notice what ended, start what is due."""
        for slot, ending in self._reap(self.slots):
            delay = self._put_off(slot)
            say(f"{slot.name} ended ({ending}); starting again {f'in {delay:.2f} s' if delay else 'at once'}")
        due = [slot for slot in self.slots if slot.again_at is not None and slot.again_at <= time.monotonic()]
        for slot in due:
            slot.again_at = None
            self._spawn(slot)
        if due:
            self._write_state()

    def _reap(self, slots: list[Slot]) -> list[tuple[Slot, str]]:
        ended = []
        for slot in slots:
            if slot.pid is None:
                continue
            if slot.child is None:
                server = getattr(self.servers, slot.name)
                code = server.process.poll()
            else:
                pid, status = os.waitpid(slot.pid, os.WNOHANG)
                code = os.waitstatus_to_exitcode(status) if pid else None
            if code is not None:
                _signal_group(slot.pid, signal.SIGKILL)  # what it left behind
                slot.pid = None
                ended.append((slot, f"signal {-code}" if code < 0 else f"exit code {code}"))
        return ended

    @staticmethod
    def _put_off(slot: Slot) -> float:
        now = time.monotonic()
        delay = slot.rest(now - slot.since)
        slot.again_at = now + delay
        return delay

    def _spawn(self, slot: Slot) -> None:
        slot.since = time.monotonic()
        if slot.child is not None:
            slot.pid = self._fork(slot.child)
            return
        server = getattr(self.servers, slot.name)
        try:
            if slot.name == "postgres":
                self.servers.prepare()  # ends the backends of the dead one first
            server.spawn()
            slot.pid = server.process.pid
        except EmbeddedError as error:
            say(str(error))
            self._put_off(slot)

    def _fork(self, child: Child) -> int:
        connections.close_all()  # a connection has one owner
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be(child, parent)
        return pid

    def _be(self, child: Child, parent: int) -> None:
        """The child's whole life; it never returns, for what is up the stack belongs to the parent."""
        code = 1
        try:
            os.setsid()
            die_with(parent, signal.SIGTERM)
            name_this_process(f"hd-{child.name}")
            for number in STOP_SIGNALS | {signal.SIGCHLD}:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            with self.folder.open_log(child.name) as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            child.run()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        except BaseException:  # noqa: BLE001 - the top of this process
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _write_state(self) -> None:
        self.state.processes = {slot.name: slot.pid for slot in self.slots if slot.pid}
        self.folder.write_state(self.state)

    @staticmethod
    def _is_ignored(number: int) -> bool:
        """SIGHUP under nohup."""
        return signal.getsignal(number) is signal.SIG_IGN


def _signal(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return


def _signal_group(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):
            return
