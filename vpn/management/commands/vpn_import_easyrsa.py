"""What easy-rsa issued, taken over."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.errors import Refused
from vpn.actions.importing import import_easyrsa
from vpn.pki.easyrsa import read_pki


class Command(BaseCommand):
    help = "Take over an easy-rsa PKI: its authority, what it issued and revoked. Reads no client's private key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the PKI, or the folder above it")
        parser.add_argument("--name", default="easy-rsa", help="what the authority is called here")
        parser.add_argument("--slug", default="easy-rsa", help="its word in addresses; the same again adds what is new")

    def handle(self, **options: Any) -> None:
        try:
            pki = read_pki(options["folder"])
            done = import_easyrsa(pki=pki, name=options["name"], slug=options["slug"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{done.authority}: {done.keys} keys, {done.revoked} revocations taken over.")
        if pki.ca_key_lies_open:
            self.stderr.write("The authority's key lies open in that folder: adopt it with vpn_signer, and delete it.")
