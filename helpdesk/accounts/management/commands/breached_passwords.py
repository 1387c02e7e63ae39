"""Is the list of breached passwords in order?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.accounts.breached import first_fault


class Command(BaseCommand):
    help = "Look at every line of a list of breached passwords (BREACHED_PASSWORDS), and say what is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?", help="the list; left out, the one of the settings")

    def handle(self, **options: Any) -> None:
        path = options["file"] or settings.BREACHED_PASSWORDS
        if not path:
            raise CommandError("Name a file, or set BREACHED_PASSWORDS.")
        try:
            with Path(path).open("rb") as file:
                fault = first_fault(file)
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from error
        if fault:
            raise CommandError(f"{path} can't be used: {fault}.")
        self.stdout.write(f"{path} is in order.")
