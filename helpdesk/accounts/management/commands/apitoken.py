"""A key to the API from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.scopes import Scope


class Command(BaseCommand):
    help = "Print a new API token that acts as the person with this address. It can't be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="an e-mail address of the person")
        parser.add_argument("--name", default="command line", help="what the list of tokens calls it")
        parser.add_argument("--read-only", action="store_true", help="the token reads and writes nothing")

    def handle(self, **options: Any) -> None:
        user = find_by_address(options["email"].strip())
        if user is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        if not user.is_active:
            raise CommandError(f"{user} is switched off: a token of theirs would open nothing.")
        scopes: list[str] = [Scope.READ] if options["read_only"] else [Scope.READ, Scope.WRITE]
        self.stdout.write(tokens.issue(user=user, by=None, name=options["name"], scopes=scopes))
