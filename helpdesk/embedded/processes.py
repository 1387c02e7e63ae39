"""Processes that must not outlive the one that started them (Linux: prctl(2), proc(5))."""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
_libc = ctypes.CDLL(None, use_errno=True)  # loaded here: nothing may be loaded between fork and exec


def die_with(parent: int, death_signal: signal.Signals) -> None:
    """Have the kernel send `death_signal` to this process when the thread that forked it is gone."""
    _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def tied_to_us(death_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` for servers: default signals, unblocked, and no life without the process that starts them.

    Only the main thread may start a process with it: the kernel counts the starting thread as the parent.
    """
    parent = os.getpid()

    def tie() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        die_with(parent, death_signal)

    return tie


def name_this_process(name: str) -> None:
    """What `ps -o comm` and `top` show, at most 15 bytes."""
    _libc.prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def started_at(pid: int) -> int | None:
    """Clock ticks since boot at which the process began, which with the pid names it for ever; None when it's gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def living_in(folder: Path) -> Iterator[int]:
    """Pids of the processes whose working directory is `folder`, as far as we may look."""
    wanted = str(folder.resolve())
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            where = os.readlink(entry / "cwd")
        except OSError:  # gone meanwhile, or another person's
            continue
        if where == wanted:
            yield int(entry.name)


def wait_until(reached: Callable[[], bool], *, seconds: float, every: float = 0.02) -> bool:
    """Ask until it's true; False when `seconds` have passed."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def end(pid: int, *steps: tuple[signal.Signals, float]) -> bool:
    """Send each signal in turn and give it its seconds; True once the process is gone."""
    born = started_at(pid)
    if born is None:
        return True
    for number, seconds in steps:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        if wait_until(lambda: started_at(pid) != born, seconds=seconds):
            return True
    return False
