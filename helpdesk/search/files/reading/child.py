"""The process in which files are read.

Started as `python -m helpdesk.search.files.reading.child MEMORY_BYTES CPU_SECONDS WALL_SECONDS BUDGET_SECONDS`. It
reads files from standard input and answers on standard output (see `wire`), each in the order it came; after so many
seconds it takes no further one. Each file is read by a fork of its own, which can open nothing once it begins: no file,
no connection, no program. What becomes of a fork, whether it runs out of memory or time or crashes, is its file's
answer.
"""

import contextlib
import ctypes
import encodings
import gc
import importlib
import os
import pkgutil
import resource
import signal
import sys
import time
from dataclasses import dataclass

import charset_normalizer  # noqa: F401 - a fork can open no module any more
import inscriptis  # noqa: F401 - likewise
import pypdf

from helpdesk.search.files.reading.outcomes import LONGEST, Outcome, Reading
from helpdesk.search.files.reading.wire import answers, next_request, pack_answer
from helpdesk.search.files.reading.words import read

PR_SET_PDEATHSIG = 1
MOST_SAID = 6 * LONGEST + 10_000  # bytes of an answer: a character has four at most, and two are a backslash and a sign
OUT_OF_MEMORY = 3
TOO_SLOW = "Reading it took too long"
NO_MEMORY = "Reading it took too much memory"
CRASHED = "The reader crashed"
SHARE = 0.8  # of the processor time, after which a reader that has something leaves it at that


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one fork: bytes of address space, seconds of processor and of wall time."""

    memory: int
    cpu: int
    wall: float


def main() -> None:
    memory, cpu, wall, budget = sys.argv[1:5]
    limits = Limits(int(memory), int(cpu), float(wall))
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepare()
    begun = time.monotonic()
    while (content := next_request(sys.stdin.buffer)) is not None:
        _write(1, pack_answer(read_apart(content, limits)))
        if time.monotonic() - begun > float(budget):
            break


def read_apart(content: bytes, limits: Limits) -> Reading:
    """What a fork says of the file, or what became of the fork."""
    ours, theirs = os.pipe()
    fork = os.fork()
    if not fork:
        _answer_and_end(content, theirs, limits)
    os.close(theirs)
    said = _heard(ours)
    os.close(ours)
    if said is None:
        os.kill(fork, signal.SIGKILL)
    status = os.waitpid(fork, 0)[1]
    return _verdict(said, status)


def _answer_and_end(content: bytes, theirs: int, limits: Limits) -> None:
    """The fork's whole life. It never returns."""
    code = 1
    try:
        confine(theirs, limits)
        _write(1, _told(content, limits))
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def confine(theirs: int, limits: Limits) -> None:
    """From here on nothing can be opened, and all that is open is where the answer goes."""
    _die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, limits.wall)
    os.dup2(theirs, 1)
    os.close(0)
    os.closerange(3, 1024)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _told(content: bytes, limits: Limits) -> bytes:
    try:
        return pack_answer(read(content, seconds=limits.cpu * SHARE))
    except MemoryError:
        raise
    except Exception as failure:  # noqa: BLE001 - the edge of the process: any failure is this file's answer
        return pack_answer(Reading(Outcome.DAMAGED, reason=f"It is damaged: {type(failure).__name__}"))


def _heard(ours: int) -> bytes | None:
    """All that the fork says; None when it does not stop."""
    said = bytearray()
    while chunk := os.read(ours, 65_536):
        said += chunk
        if len(said) > MOST_SAID:
            return None
    return bytes(said)


def _verdict(said: bytes | None, status: int) -> Reading:
    whole = list(answers(said)) if said and status == 0 else []
    if whole:
        return whole[0]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGXCPU):
        return Reading(Outcome.SLOW, reason=TOO_SLOW)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL and said is not None
    if killed or (os.WIFEXITED(status) and os.WEXITSTATUS(status) == OUT_OF_MEMORY):
        return Reading(Outcome.LARGE, reason=NO_MEMORY)
    return Reading(Outcome.DAMAGED, reason=CRASHED)


def _prepare() -> None:
    """Have everything loaded that a reader may want: forks share it, and can load nothing."""
    for package in (encodings, pypdf):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError):  # some are another system's, or want what is not installed
                importlib.import_module(module.name)
    gc.freeze()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    main()
