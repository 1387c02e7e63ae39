"""A VPN key from the command line."""

import os
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.errors import Refused
from vpn.actions.downloading import can_be_handed_out, take
from vpn.actions.issuing import issue_key
from vpn.actions.naming import login_for
from vpn.bundling import formats_of
from vpn.enums import BundleFormat
from vpn.management.people import person_of
from vpn.models import Key, Server


class Command(BaseCommand):
    help = "Issue a VPN key for a person's device, or find the valid one. The person is mailed a link; --out takes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="an e-mail address of the person")
        parser.add_argument("device", metavar="DEVICE", help="a short word, such as: laptop")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the administrator who issues it")
        parser.add_argument(
            "--server", required=True, action="append", metavar="SLUG", help="what it opens; repeatable"
        )
        parser.add_argument("--login", default="", help="first part of the key's name")
        parser.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its last day")
        parser.add_argument("--passphrase-file", default="", help="its first line opens the authority's key")
        parser.add_argument("--out", type=Path, metavar="FILE", help="write the archive here (0600); mails no link")

    def handle(self, **options: Any) -> None:
        person, by = person_of(options["email"]), person_of(options["by"])
        servers = [self._server(slug) for slug in options["server"]]
        try:
            key = issue_key(
                person=person,
                login=options["login"] or login_for(person),
                device=options["device"],
                servers=servers,
                by=by,
                until=options["until"],
                passphrase=_first_line(options["passphrase_file"]),
                mails_link=options["out"] is None,
            )
            if options["out"] is not None:
                self._write(key, by, options["out"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{key.common_name} {key.serial or key.public_key} valid to {key.not_after:%Y-%m-%d}")

    def _server(self, slug: str) -> Server:
        found = Server.objects.active().filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no active server “{slug}”.")
        return found

    def _write(self, key: Key, by: Any, path: Path) -> None:
        """The file is made first: a key that can't be written down is not handed out."""
        if not can_be_handed_out(key):
            raise CommandError(f"{key.common_name} was handed out already: renew it, or revoke it and issue it anew.")
        usual = formats_of(key.engine)[0]
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(take(key=key, wanted=BundleFormat(usual), by=by).content)
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}.") from error


def _first_line(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text().partition("\n")[0].rstrip("\r")
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from error
