"""Writes all documents of the search anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.search import rebuilding
from helpdesk.search.engines import engine
from helpdesk.search.models import Rebuild
from helpdesk.search.registries import sources

TOLD_EVERY = 50  # batches


class Command(BaseCommand):
    help = (
        "Write everything that the search knows anew, while the desk works; once more goes on where it was interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="begin from the first thing, not where it was interrupted"
        )

    def handle(self, **options: Any) -> None:
        for name, source in sources.items():
            total = source.model._default_manager.count()
            rebuild = rebuilding.begin(name, anew=options["anew"])
            self.told = 0

            def tell(rebuild: Rebuild, total: int = total) -> None:
                self.told += 1
                if self.told % TOLD_EVERY == 0:
                    percent = 100 * rebuild.written // max(total, 1)
                    self.stdout.write(f"{rebuild.source}: {rebuild.written} of {total} ({percent} %)")

            rebuilding.go_on(rebuild, tell=tell)
            self.stdout.write(f"{name}: {rebuild.written} written, all is done.")
        if engine().is_elsewhere:
            rebuilding.drop_rows()
