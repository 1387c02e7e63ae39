"""Medians, percentiles and memory."""

import os
import statistics
from pathlib import Path
from typing import Any


def spread(seconds: list[float]) -> dict[str, float]:
    """p50, p95 and maximum in milliseconds, and how many."""
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1 if len(ordered) > 1 else 0] * 1000, 2),
        "max_ms": round(ordered[-1] * 1000, 2),
        "n": len(ordered),
    }


def pss_mib(pids: list[int]) -> float:
    """Proportional set size of the processes together, MiB (Linux, /proc/PID/smaps_rollup)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return round(total / 1024, 1)


def children_of(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += children_of(int(child))
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Processor time that the processes have used so far, user and system (Linux, /proc/PID/stat)."""
    return _seconds(pids, "utime", "stime")


def cpu_seconds_of_ended(pid: int) -> float:
    """The same for the children of a process that have ended."""
    return _seconds([pid], "cutime", "cstime")


_FIELDS = {"utime": 11, "stime": 12, "cutime": 13, "cstime": 14}


def _seconds(pids: list[int], *names: str) -> float:
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(fields[_FIELDS[name]]) for name in names)
    return ticks / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    info = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    memory = Path("/proc/meminfo").read_text().split()[1]
    return {"cores": len(models), "cpu": models[0] if models else "", "memory_gib": round(int(memory) / 1024**2, 1)}
