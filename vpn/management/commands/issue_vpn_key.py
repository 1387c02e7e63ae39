"""A VPN key from the command line."""

import os
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from vpn.actions.downloading import can_be_handed_out, take
from vpn.actions.issuing import issue_key
from vpn.actions.naming import holder_of, login_for
from vpn.bundling import formats_of
from vpn.enums import BundleFormat, Engine
from vpn.management.people import BY_HELP, administrator, person_of
from vpn.models import Key, Server
from vpn.pki.naming import check_login

ENDINGS = {BundleFormat.ARCHIVE: ".tar.gz", BundleFormat.PROFILE: ".conf"}


class Command(BaseCommand):
    help = (
        "Issue a VPN key for a device of somebody, or find the valid one. They are mailed a link that works once; "
        "--out takes the archive instead."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "username",
            metavar="USERNAME",
            help="a login or an e-mail address; a login that is nobody's is the administrator's to answer for",
        )
        parser.add_argument(
            "device", metavar="DEVICE", nargs="?", default="laptop", help="a short word; without it, laptop"
        )
        parser.add_argument("--by", metavar="EMAIL", help=BY_HELP)
        parser.add_argument(
            "--server",
            action="append",
            default=[],
            metavar="SLUG",
            help="what it opens; repeatable; without it, the OpenVPN server that was set up first",
        )
        parser.add_argument("--login", default="", help="first part of the key's name, where USERNAME is an address")
        parser.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its last day")
        parser.add_argument("--passphrase-file", default="", help="its first line opens the authority's key")
        parser.add_argument(
            "--out", type=Path, metavar="PATH", help="write the archive to this file or folder (0600); no link"
        )

    def handle(self, **options: Any) -> None:
        by = administrator(options["by"])
        servers = [self._server(slug) for slug in options["server"]] or [self._first_server()]
        try:
            person, login = self._person(options["username"], by)
            key = issue_key(
                person=person,
                login=options["login"] or login or login_for(person),
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

    def _person(self, username: str, by: User) -> tuple[User, str]:
        """Whose key it is, and their login where that was said. Raises Refused for names that are not sound."""
        if "@" in username:
            return person_of(username), ""
        person = holder_of(username)
        if person is None and check_login(username):
            self.stderr.write(f"Nobody here has the login {username}: {by.email} answers for its keys.")
        return person or by, username

    def _server(self, slug: str) -> Server:
        found = Server.objects.active().filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no active server “{slug}”.")
        return found

    def _first_server(self) -> Server:
        active = Server.objects.active().order_by("pk")
        found = active.filter(engine=Engine.OPENVPN).first() or active.first()
        if found is None:
            raise CommandError("There is no VPN server yet: vpn_init sets the first one up.")
        return found

    def _write(self, key: Key, by: User, path: Path) -> None:
        """The file is made first: a key that can't be written down is not handed out."""
        if not can_be_handed_out(key):
            raise CommandError(f"{key.common_name} was handed out already: renew it, or revoke it and issue it anew.")
        usual = formats_of(key.engine)[0]
        if path.is_dir():
            path /= f"{key.common_name}{ENDINGS[usual]}"
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
