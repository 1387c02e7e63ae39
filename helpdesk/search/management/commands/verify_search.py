"""Compares what the search knows with what there is."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.search import rebuilding
from helpdesk.search.registries import sources


class Command(BaseCommand):
    help = "Say what the search lacks, holds too much of or holds otherwise; fails when there is anything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=20, help="how many differences to name, of each kind of things")

    def handle(self, **options: Any) -> None:
        counted: Counter[str] = Counter()
        for name in dict(sources.items()):
            for number, each in enumerate(rebuilding.differences(name)):
                counted[each.kind] += 1
                if number < options["most"]:
                    self.stdout.write(f"{name} {each.key}: {each.kind}")
        if counted:
            said = ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))
            raise CommandError(f"The search differs from what there is ({said}): run “manage.py reindex --anew”.")
        self.stdout.write("The search knows everything as it is.")
