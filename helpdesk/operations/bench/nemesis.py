"""Nothing lost, nothing doubled: mails and replies under load while the program's processes are killed at random."""

import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from helpdesk.operations.bench.figures import machine
from helpdesk.operations.nemesis.play import Outcome, play

WRONG = ("lost", "doubled", "misplaced", "leaked", "refused", "unfinished")
TOTALS = ("sent", "ok", "indeterminate", "unknown", "quarantined", *WRONG)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=5.0, help="how long to kill (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the dice of everybody who acts")
    parser.add_argument("--keep", action="store_true", help="keep the data folder, with its logs")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """`passed` is False when anything was lost, doubled, put elsewhere or never finished; then the data stay."""
    data = Path(tempfile.mkdtemp(prefix="helpdesk-nemesis-"))
    outcome = play(seconds=options["minutes"] * 60, seed=options["seed"], data=data)
    figures = figures_of(outcome)
    if figures["passed"] and not options["keep"]:
        shutil.rmtree(data, ignore_errors=True)
    else:
        figures["data"] = str(data)
    return {"benchmark": "nemesis", "machine": machine(), "minutes": options["minutes"], **figures}


def figures_of(outcome: Outcome) -> dict[str, Any]:
    verdict = outcome.verdict
    totals = {name: verdict.total(name) for name in TOTALS}
    return {
        **totals,
        "by_kind": {name: dict(counter) for name, counter in sorted(verdict.counts.items())},
        "kills": outcome.kills,
        "recovery": outcome.recovery,
        "settling_seconds": outcome.settling_seconds,
        "web_troubles": outcome.answers,
        "problems": verdict.problems,
        "passed": outcome.is_settled and not any(totals[name] for name in WRONG),
    }
