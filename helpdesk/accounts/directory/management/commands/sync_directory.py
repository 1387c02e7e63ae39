"""Reading a directory now, from the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.enums import Deed, RunState
from helpdesk.accounts.directory.models import Directory, SyncRun
from helpdesk.core.errors import Refused


class Command(BaseCommand):
    help = "Read a directory wholly and bring its people up to date here; every active one where none is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the directory's name")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--confirm", type=int, metavar="N", help="so many people may lose their access")
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines")

    def handle(self, **options: Any) -> None:
        directories = list(Directory.objects.active())
        if options["name"]:
            directories = list(Directory.objects.filter(name=options["name"]).order_by("pk"))
            if not directories:
                raise CommandError(f"There is no directory {options['name']}: the admin lists them.")
        done = [self._read(directory, options) for directory in directories]
        if options["json"]:
            self.stdout.write(json.dumps([_document(run) for run in done], ensure_ascii=False))
        else:
            for run in done:
                self._print(run)
        bad = [run for run in done if run.state != RunState.DONE]
        if bad:
            raise CommandError("; ".join(f"{run.directory.name}: {run.reason}" for run in bad))

    def _read(self, directory: Directory, options: dict[str, Any]) -> SyncRun:
        try:
            run = runs.begin(
                directory=directory, by=None, is_dry=options["dry_run"], may_go=options["confirm"], rings=False
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        done = syncing.work(key=run.pk)
        if done is None:
            raise CommandError(f"{directory.name}: another worker has taken this run; the admin shows how it goes.")
        return done

    def _print(self, run: SyncRun) -> None:
        counts = ", ".join(f"{deed} {run.counts[deed]}" for deed in Deed.values if run.counts.get(deed))
        self.stdout.write(f"{run.directory.name}: {counts or 'nobody'}{' (nothing was changed)' if run.is_dry else ''}")
        if run.is_dry and run.reason:
            self.stdout.write(f"  {run.reason}")
        for line in run.lines:
            self.stdout.write(f"  {line['deed']}: {line['who']} {line['text']}".rstrip())


def _document(run: SyncRun) -> dict[str, Any]:
    return {
        "directory": run.directory.name,
        "state": run.state,
        "scope": run.scope,
        "dry_run": run.is_dry,
        "reason": run.reason,
        "would_be_out": run.would_go,
        "counts": run.counts,
        "lines": run.lines,
    }
