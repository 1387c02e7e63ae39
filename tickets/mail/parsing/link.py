"""One child process as its parent sees it: mails go in, results come out in the same order."""

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from tickets.mail.parsing.errors import ParserCrashed, Unparsable
from tickets.mail.parsing.types import ParsedMail
from tickets.mail.parsing.wire import RESPONSE_HEAD, mail_from_json, pack_request

ROOT = Path(__file__).resolve().parents[3]
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "HELPDESK_PARSER_CRASH", "TZ")
PIPE_BYTES = 1024 * 1024
CHUNK = 1024 * 1024
GRACE_SECONDS = 2.0
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use; times in seconds per mail, sizes in bytes."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    recycle_after: int
    max_resident_bytes: int
    max_mail_bytes: int


class ChildLink:
    """Starts its child when first needed, replaces it when it dies or has worked enough. For one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._unsent: deque[bytes] = deque()
        self._written = 0
        self._in_child: deque[bytes] = deque()
        self._received = bytearray()
        self._mails = 0
        self._answered = False
        self._worn_out = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def send(self, raw: bytes) -> None:
        """Queue a mail; as much of it as the pipe takes is written at once."""
        self._unsent.append(raw)
        self._feed()

    def receive(self) -> ParsedMail:
        """The result of the oldest mail sent. Raises Unparsable or ParserCrashed for that mail only."""
        if not self._in_child:
            self._feed()
        # Before its first answer a child is also starting, which on a busy machine takes long and is no mail's fault.
        patience = self._limits.wall_seconds + (0 if self._answered else START_SECONDS)
        deadline = time.monotonic() + patience
        while (size := self._response_size()) is None or len(self._received) < size:
            if not self._exchange(deadline):
                self._crash("The parser took longer than " + f"{self._limits.wall_seconds:g} s")
        return self._taken(size)

    def settle(self) -> None:
        """Leave nothing half said: a child that still owes answers, because its caller gave up, is ended."""
        if self._in_child or self._unsent:
            self._kill()
            self._unsent.clear()

    def close(self) -> None:
        """End the child: by end of input, by force if it does not heed that."""
        process, self._process = self._process, None
        if process is None:
            return
        self._forget()
        _close_pipes(process)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _feed(self) -> None:
        if self._worn_out and not self._in_child:
            self.close()
        if self._process is not None and not self._in_child and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._start()
        while self._unsent and not self._worn_out and self._mails < self._limits.recycle_after:
            self._in_child.append(pack_request(self._unsent.popleft()))
            self._mails += 1
        if self._mails >= self._limits.recycle_after:
            self._worn_out = True
        self._write_some()

    def _start(self) -> None:
        limits = self._limits
        dies_with_thread = threading.current_thread() is threading.main_thread()
        arguments = [limits.memory_bytes, limits.cpu_seconds, limits.max_mail_bytes, int(dies_with_thread)]
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-X", "utf8", "-m", "tickets.mail.parsing.child", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            process_group=0,
            bufsize=0,
        )
        self._forget()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
            # A pipe that holds the next mail whole lets the child go on while its parent is busy; refusal only slows.
            with contextlib.suppress(OSError):
                fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def _forget(self) -> None:
        self._written = 0
        self._received.clear()
        self._mails = 0
        self._answered = False
        self._worn_out = False

    def _to_write(self) -> memoryview | None:
        """What of the newest mails is not yet in the pipe: they are written in order, answers come in order too."""
        offset = self._written
        for request in self._in_child:
            if offset < len(request):
                return memoryview(request)[offset:]
            offset -= len(request)
        return None

    def _write_some(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        while (pending := self._to_write()) is not None:
            try:
                self._written += os.write(self._process.stdin.fileno(), pending[:CHUNK])
            except BlockingIOError:
                return
            except BrokenPipeError:
                return  # Its death is told by the end of its output, which also tells which mail it died of.

    def _exchange(self, deadline: float) -> bool:
        """Write and read what is possible; wait for it until the deadline. False when that has passed."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        poll = select.poll()
        output = self._process.stdout.fileno()
        poll.register(output, select.POLLIN)
        if self._to_write() is not None:
            poll.register(self._process.stdin.fileno(), select.POLLOUT)
        remaining = deadline - time.monotonic()
        events = poll.poll(max(0, remaining) * 1000)
        if not events:
            return remaining > 0
        for descriptor, _event in events:
            if descriptor == output:
                chunk = os.read(output, CHUNK)
                if not chunk:
                    self._crash(self._cause_of_death())
                self._received += chunk
            else:
                self._write_some()
        return True

    def _response_size(self) -> int | None:
        if len(self._received) < RESPONSE_HEAD.size:
            return None
        written, contents = RESPONSE_HEAD.unpack_from(self._received)
        return int(RESPONSE_HEAD.size + written + contents)

    def _taken(self, size: int) -> ParsedMail:
        written, _ = RESPONSE_HEAD.unpack_from(self._received)
        start = RESPONSE_HEAD.size + written
        answer = json.loads(self._received[RESPONSE_HEAD.size : start])
        with memoryview(self._received) as view:
            contents = bytes(view[start:size])
        del self._received[:size]
        self._written -= len(self._in_child.popleft())
        self._answered = True
        self._worn_out = self._worn_out or answer.get("rss", 0) > self._limits.max_resident_bytes
        if "unparsable" in answer:
            raise Unparsable(answer["unparsable"])
        if "crashed" in answer:
            # What failed may have left it unfit; the mails behind are sent again to a fresh one.
            self._kill()
            raise ParserCrashed(answer["crashed"])
        return mail_from_json(answer["mail"], contents)

    def _crash(self, reason: str) -> None:
        """End the child, keep the mails behind the one it died of, and say so."""
        if self._in_child:
            self._in_child.popleft()
        self._kill()
        raise ParserCrashed(reason)

    def _kill(self) -> None:
        """End the child at once; the mails that it had not answered go back to the queue, in order."""
        for request in reversed(self._in_child):
            self._unsent.appendleft(request[8:])
        self._in_child.clear()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            _close_pipes(process)
        self._forget()

    def _cause_of_death(self) -> str:
        assert self._process is not None
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return "The parser closed its output"
        if code == -signal.SIGXCPU:
            return f"The parser used more than {self._limits.cpu_seconds} s of processor time"
        if code < 0:
            return f"The parser was killed by {signal.Signals(-code).name}"
        return f"The parser ended with status {code}"


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
