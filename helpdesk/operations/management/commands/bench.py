"""The benchmarks."""

import json
import pkgutil
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.operations import bench

NOT_BENCHMARKS = {"corpus", "figures", "scratch", "load", "openldap", "pressing", "search_server"}
NAMES = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in NOT_BENCHMARKS)


class Command(BaseCommand):
    help = "Run one benchmark and print its figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="name", required=True, metavar="|".join(NAMES))
        for name in NAMES:
            module = import_module(f"helpdesk.operations.bench.{name}")
            kind = kinds.add_parser(name, help=(module.__doc__ or "").splitlines()[0])
            kind.add_argument("--json", action="store_true", help="print JSON instead of lines")
            module.arguments(kind)

    def handle(self, **options: Any) -> None:
        figures = import_module(f"helpdesk.operations.bench.{options['name']}").run(options)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            for name, value in figures.items():
                shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
                self.stdout.write(f"{name}: {shown}")
        if figures.get("passed") is False:
            raise CommandError(f"{options['name']}: a promise was broken; the figures say which.")
