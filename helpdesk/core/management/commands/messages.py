"""The message catalogues: take new texts in, compile, say what is wrong."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.core import catalogues


class Command(BaseCommand):
    help = "Bring the translations up to date with the sources and compile them (needs no gettext tools)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if anything is out of date")

    def handle(self, **options: Any) -> None:
        """Every language but English, in which the sources are written.

        Raises CommandError with one line per text that is not well translated.
        """
        wrong: list[str] = []
        for language, _name in settings.LANGUAGES:
            if language != "en":
                wrong += self._checked(language) if options["check"] else self._brought_up_to_date(language)
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("The catalogues are complete.")

    def _checked(self, language: str) -> list[str]:
        return [f"{language}: {line}" for line in catalogues.what_is_out_of_date(language)]

    def _brought_up_to_date(self, language: str) -> list[str]:
        catalogue = catalogues.updated(language)
        catalogues.write(language, catalogue)
        return [f"{language}: {fault}" for fault in catalogues.faults(catalogue)]
