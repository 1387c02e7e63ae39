"""The end of a VPN key from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.errors import Refused
from vpn.actions.publishing import publish_list
from vpn.actions.revoking import block_key, revoke_key
from vpn.enums import KeyState, Reason, SignerKind
from vpn.management.people import BY_HELP, administrator
from vpn.models import Key


class Command(BaseCommand):
    help = "Revoke every VPN key of a login, or the one of a name or serial number, and publish a new revocation list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "username",
            metavar="USERNAME",
            help="a login (all keys of it), a key's name as in the certificate (anna-laptop), or a serial number",
        )
        parser.add_argument("--by", metavar="EMAIL", help=BY_HELP)
        parser.add_argument("--reason", choices=Reason.values, default=Reason.UNSPECIFIED.value)
        parser.add_argument("--block", action="store_true", help="only block it: asks no authority, can be taken back")

    def handle(self, **options: Any) -> None:
        by, name = administrator(options["by"]), options["username"]
        keys = _keys_of(name)
        if not keys:
            raise CommandError(f"There is no key of “{name}” that is not revoked.")
        try:
            for key in keys:
                if options["block"]:
                    block_key(key=key, by=by, why="command line")
                else:
                    revoke_key(key=key, reason=options["reason"], by=by)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{'Blocked' if options['block'] else 'Revoked'}: {len(keys)}")
        if not options["block"]:
            self._publish(keys)

    def _publish(self, keys: list[Key]) -> None:
        for authority in {key.authority for key in keys if key.authority is not None}:
            if authority.signer != SignerKind.SOCKET:
                self.stderr.write(f"{authority}: publish the list on its page; it needs the passphrase.")
                continue
            try:
                self.stdout.write(f"{authority}: list {publish_list(authority=authority).number} is out.")
            except Refused as refusal:
                self.stderr.write(f"{authority}: no new list yet, it is tried again: {refusal}")


def _keys_of(name: str) -> list[Key]:
    """Those that are not revoked: by the narrowest meaning of the name that there are any of."""
    standing = Key.objects.exclude(state=KeyState.REVOKED).order_by("pk")
    meanings = (standing.filter(common_name=name), standing.filter(serial=name), standing.filter(device__login=name))
    return next((found for found in map(list, meanings) if found), [])
