"""Take mail by SMTP."""

import asyncio
import ssl
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tickets.mail.inlet.limits import Limits
from tickets.mail.inlet.recipients import Recipients
from tickets.mail.inlet.serving import serve


class Command(BaseCommand):
    help = "Listen for mail to our mailboxes by SMTP, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.SMTP_INLET_HOST)
        parser.add_argument("--port", type=int, default=settings.SMTP_INLET_PORT, help="0: any free one")
        parser.add_argument("--catch-all", action="store_true", help="unknown recipients go to the default mailbox")
        parser.add_argument("--refresh", type=float, default=5.0, help="seconds that the list of mailboxes is kept")
        parser.add_argument("--connections", type=int, default=200, help="at a time, of all clients")
        parser.add_argument("--per-peer", type=int, default=20, help="at a time, of one client")
        parser.add_argument("--per-minute", type=int, default=120, help="connections of one client")
        parser.add_argument("--certificate", metavar="FILE", help="PEM chain: offer STARTTLS")
        parser.add_argument("--key", metavar="FILE", help="PEM key of the certificate")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        limits = Limits(options["connections"], options["per_peer"], options["per_minute"])
        tls = self._tls(options["certificate"], options["key"])
        try:
            asyncio.run(
                serve(
                    host=host,
                    port=port,
                    recipients=Recipients(catch_all=options["catch_all"], fresh_seconds=options["refresh"]),
                    limits=limits,
                    tls=tls,
                    ready=lambda number: self.stdout.write(f"SMTP inlet: {host}:{number}"),
                )
            )
        except OSError as error:
            raise CommandError(f"The SMTP inlet can't listen on {host}:{port}: {error.strerror or error}.") from error

    def _tls(self, certificate: str | None, key: str | None) -> ssl.SSLContext | None:
        """What STARTTLS is offered with; None without a certificate. Raises CommandError, which names the file."""
        if certificate is None:
            if key is not None:
                raise CommandError("A key needs its certificate: --certificate FILE.")
            return None
        _ensure_readable("certificate", certificate)
        if key is not None:
            _ensure_readable("key", key)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(certificate, key, password="")  # else OpenSSL asks a terminal that nobody watches
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                raise CommandError(f"The key {key} does not belong to the certificate {certificate}.") from error
            files = (
                f"{certificate} with the key {key}" if key is not None else f"{certificate}, which must hold its key,"
            )
            reason = (error.reason or str(error)).replace("_", " ").lower()
            raise CommandError(f"The certificate {files} can't be used: {reason}.") from error
        return context


def _ensure_readable(what: str, path: str) -> None:
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"The {what} {path} can't be read: {error.strerror}.") from error
