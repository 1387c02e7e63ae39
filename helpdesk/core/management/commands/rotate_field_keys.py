"""Seal every secret of the database with the newest of FIELD_ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.core.sealing import seal_again, sealed_fields


class Command(BaseCommand):
    """Prints for each field how many values there are; ends with an error where a key is missing, and with `--check`
    also where an older key is still needed."""

    help = "Seals every secret of the database with the newest of FIELD_ENCRYPTION_KEYS; run it again to go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        only_look = bool(options["check"])
        older = lost = 0
        for model, name in sealed_fields():
            count = seal_again(model, name, only_look=only_look)
            done = "by an older key" if only_look else "sealed again"
            self.stdout.write(f"{count.name}: {count.newest} by the newest key, {count.older} {done}")
            if count.lost:
                self.stdout.write(f"{count.name}: no key opens {', '.join(map(str, count.lost[:50]))}")
            older, lost = older + count.older, lost + len(count.lost)
        if lost:
            raise CommandError(f"No key opens {lost} secrets: add the missing one to FIELD_ENCRYPTION_KEYS.")
        if only_look and older:
            raise CommandError(f"{older} secrets still need an older key: run this without --check.")
        self.stdout.write("Every secret is sealed by the newest key.")
