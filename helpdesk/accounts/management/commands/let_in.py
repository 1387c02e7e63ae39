"""The way back in from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.accounts.actions.letting_in import let_in
from helpdesk.core.errors import Refused


class Command(BaseCommand):
    help = "Print a link that signs the person with this address in, once and for 15 minutes. The journal has it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="an e-mail address of the person")
        parser.add_argument("--reset-mfa", action="store_true", help="take their app, passkeys and recovery codes away")
        parser.add_argument("--role", default="", help="give them this role, as administrator")
        parser.add_argument("--switch-on", action="store_true", help="make them active again")

    def handle(self, **options: Any) -> None:
        try:
            url = let_in(
                address=options["email"],
                reset_mfa=options["reset_mfa"],
                role=options["role"],
                switch_on=options["switch_on"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(url)
