"""`manage.py rotate_signing_key`: what sites are told is signed with a new key from now on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.accounts.sso.actions import keys


class Command(BaseCommand):
    help = "Sign what sites are told with a new key. The one before stays known to them for a week."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at-once", action="store_true", help="withdraw every key before now: somebody else may have it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key = keys.rotate(by=None, at_once=options["at_once"])
        self.stdout.write(f"Signing with {key.kid}.")
