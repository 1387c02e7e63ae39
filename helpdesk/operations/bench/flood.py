"""One mailbox gets many thousand mails at once: how mail to another one, replies and pages fare meanwhile."""

import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from helpdesk.operations.bench.figures import machine, spread
from helpdesk.operations.nemesis.flood import flood


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mails", type=int, default=50_000, help="size of the flood (default %(default)s)")
    parser.add_argument("--tries", type=int, default=20, help="mails and replies meanwhile (default %(default)s)")
    parser.add_argument("--goal", type=float, default=5.0, help="seconds that each may take (default %(default)s)")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """`passed` is False when a mail or a reply took longer than the goal, or when the flood was over before its end."""
    data = Path(tempfile.mkdtemp(prefix="helpdesk-flood-"))
    try:
        seen = flood(mails=options["mails"], tries=options["tries"], data=data)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    slowest = max([*seen.mails, *seen.replies], default=float("inf"))
    return {
        "benchmark": "flood",
        "machine": machine(),
        "mails": options["mails"],
        "still_waiting_at_the_end": seen.left,
        "flood_per_second": round(seen.flood_per_second, 1),
        "mail_to_ticket": spread(seen.mails or [float("inf")]),
        "reply_to_server": spread(seen.replies or [float("inf")]),
        "ticket_page": spread(seen.pages or [float("inf")]),
        "lost": seen.lost,
        "passed": slowest <= options["goal"] and not seen.lost and seen.left > 0,
    }
