"""Synthetic data for benchmarks."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.operations.seeding import synthetic
from helpdesk.operations.seeding.loading import Loaded, load


class Command(BaseCommand):
    help = "Load synthetic tickets by COPY: about five messages a ticket, the same for the same seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--messages", type=int, metavar="N", help="how many messages to make up")
        what.add_argument("--bulk", type=Path, metavar="FILE.jsonl", help="a file with one ticket a line")
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        if options["bulk"]:
            source = _lines_of(options["bulk"])
        elif options["messages"] < 1:
            raise CommandError("--messages must be at least 1.")
        else:
            source = synthetic.tickets(messages=options["messages"], seed=options["seed"])

        def show(loaded: Loaded) -> None:
            if sys.stderr.isatty():
                self.stderr.write(f"\r{loaded.messages:,} messages", ending="")

        loaded = load(source, progress=show)
        seconds = time.monotonic() - started
        self.stdout.write(f"Loaded {loaded.tickets:,} tickets with {loaded.messages:,} messages in {seconds:.1f} s.")


def _lines_of(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    raise CommandError(f"{path}, line {number}: not JSON ({error}).") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
