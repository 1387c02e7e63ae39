"""The first authority and server: what a new installation issues its first key with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import slugify

from helpdesk.core.errors import Refused
from vpn.actions.founding import found_authority, found_server
from vpn.pki.certificates import parse
from vpn.pki.private_keys import check_public_key, key_type
from vpn.signer.client import SignerFacts, SocketSigner
from vpn.signer.folder import ISSUING, ROOT, SignerFolder


class Command(BaseCommand):
    help = "Write down the signer's authority and a first OpenVPN server; what is there already is never overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="the authority's name, such as “Example VPN”")
        parser.add_argument(
            "--remote", required=True, action="append", help="“vpn.example.org 1194 udp”; several are tried in turn"
        )
        parser.add_argument("--server", default="", help="the server's name; without it, the host")
        parser.add_argument("--common-name", default="server", help="the name in the server's certificate")
        parser.add_argument("--socket", default="", help="another signer's than VPN_SIGNER_SOCKET")
        parser.add_argument("--folder", type=Path, help="read the certificates there instead of asking the signer")

    def handle(self, **options: Any) -> None:
        remotes: list[str] = options["remote"]
        host = remotes[0].split()[0]
        server_name = options["server"] or host
        try:
            facts = _facts_of(options)
            with transaction.atomic():
                authority = found_authority(
                    name=options["name"],
                    slug=slugify(options["name"]),
                    facts=facts,
                    by=None,
                    socket_path=options["socket"],
                )
                found_server(
                    name=server_name,
                    slug=slugify(server_name.replace(".", "-")),
                    authority=authority,
                    remotes="\n".join(remotes),
                    by=None,
                    server_name=options["common_name"],
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{authority.name} can issue keys for {server_name}.")


def _facts_of(options: dict[str, Any]) -> SignerFacts:
    """Raises Refused."""
    if options["folder"] is None:
        return SocketSigner(options["socket"] or settings.VPN_SIGNER_SOCKET).about()
    folder = SignerFolder(options["folder"])
    issuing = folder.read(ISSUING)
    root = folder.read(ROOT) if (folder / ROOT).exists() else issuing
    kind = key_type(check_public_key(parse(issuing).public_key()))
    return SignerFacts(issuing_pem=issuing, root_pem=root, key_type=kind, uses=frozenset())
