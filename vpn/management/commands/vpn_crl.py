"""A revocation list from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.errors import Refused
from vpn.actions.publishing import publish_list
from vpn.models import Authority, RevocationList


class Command(BaseCommand):
    help = "Print the newest revocation list of an authority; --new has one made before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("authority", metavar="SLUG")
        parser.add_argument("--new", action="store_true", help="have a new one signed, and publish it")

    def handle(self, **options: Any) -> None:
        authority = Authority.objects.filter(slug=options["authority"]).first()
        if authority is None:
            raise CommandError(f"There is no authority “{options['authority']}”.")
        try:
            made = publish_list(authority=authority) if options["new"] else RevocationList.objects.newest(authority)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if made is None:
            raise CommandError(f"{authority} has no list yet: call with --new.")
        self.stdout.write(made.pem.rstrip("\n"))
