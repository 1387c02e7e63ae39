"""`manage.py up`: the whole program on one machine."""

import sys
from argparse import Namespace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from helpdesk.embedded import EmbeddedError
from helpdesk.operations.up.launch import run
from helpdesk.operations.up.options import Options, add_arguments


class Command(BaseCommand):
    """Here for `--help`; `manage.py` itself launches `up`, before the settings are read."""

    help = "Start everything on this machine and stop it with Ctrl-C: servers, web, workers, mail."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", help="folder of all data (default .data/)")
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = run(settings.DATA_DIR, Options.of(Namespace(**options)))
        except EmbeddedError as error:
            sys.exit(str(error))
        sys.exit(code)
