"""The nemesis: ends processes of the house with no warning. `up` is to start them again."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from helpdesk.embedded import State
from helpdesk.embedded.processes import started_at
from helpdesk.operations.nemesis.house import House
from helpdesk.operations.nemesis.stage import Stage

FIRST_AFTER = 3.0
PAUSE = (2.0, 7.0)


@dataclass(frozen=True, slots=True)
class Victim:
    """What is killed: the pid in a given state, None when there is none just now."""

    name: str
    weight: int
    pid: Callable[[State], int | None]
    with_signal: signal.Signals = signal.SIGKILL


def child_of(name: str, words: str = "") -> Callable[[State], int | None]:
    """One of the children of the process `name`, with `words` in its command line."""

    def find(state: State) -> int | None:
        parent = state.processes.get(name)
        return next((pid for pid in children(parent) if words in command_line(pid)), None) if parent else None

    return find


VICTIMS = (
    Victim("mail worker", 4, lambda state: state.processes.get("worker-mail")),
    Victim("notify worker", 4, lambda state: state.processes.get("worker-notify")),
    Victim("parser child", 3, child_of("worker-mail", "parsing")),
    Victim("web worker", 4, child_of("web")),
    Victim("SMTP inlet", 2, lambda state: state.processes.get("smtp")),
    Victim("beat", 1, lambda state: state.processes.get("beat")),
    Victim("Valkey", 2, lambda state: state.processes.get("valkey")),
    # SIGQUIT is PostgreSQL's "immediate shutdown": no checkpoint, recovery from the log at the next start.
    Victim("PostgreSQL, immediate", 2, lambda state: state.processes.get("postgres"), signal.SIGQUIT),
    Victim("PostgreSQL, killed", 1, lambda state: state.processes.get("postgres")),
)


@dataclass
class Nemesis:
    house: House
    stage: Stage
    rng: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    log: list[tuple[float, str]] = field(default_factory=list)

    def work(self) -> None:
        """Kill one process every few seconds until the play ends."""
        self.stage.rest(FIRST_AFTER)
        while self.stage.is_open:
            self._strike(self.rng.choices(VICTIMS, [victim.weight for victim in VICTIMS])[0])
            self.stage.rest(self.rng.uniform(*PAUSE))

    def _strike(self, victim: Victim) -> None:
        pid = victim.pid(self.house.state)
        if pid is None or started_at(pid) is None:
            return
        os.kill(pid, victim.with_signal)
        self.kills[victim.name] += 1
        self.log.append((time.time(), victim.name))


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
