"""Fetch mail from the mailboxes' servers."""

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.context import acting_from
from tickets.mail.fetching.loop import Fetchers, fetch_once
from tickets.mail.models import Mailbox


class Command(BaseCommand):
    help = "Fetch mail of all active mailboxes by IMAP and POP3, until stopped (or --once)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="read every mailbox to its end, then leave")
        parser.add_argument("--mailbox", metavar="NAME", help="this mailbox alone")

    def handle(self, *args: Any, once: bool, mailbox: str | None, **options: Any) -> None:
        if mailbox and not Mailbox.objects.fetched().filter(name=mailbox).exists():
            raise CommandError(f"There is no active mailbox {mailbox!r} with a server.")
        if once:
            self._once(mailbox)
        else:
            self._for_ever(mailbox)

    def _once(self, name: str | None) -> None:
        mailboxes = Mailbox.objects.fetched()
        failed = 0
        for mailbox in mailboxes.filter(name=name) if name else mailboxes:
            with acting_from("mail"):
                done = fetch_once(mailbox)
            if done.is_taken:
                self.stdout.write(f"{done.mailbox}: another process is fetching it")
                continue
            failed += bool(done.trouble)
            trouble = f": {done.trouble}" if done.trouble else ""
            self.stdout.write(f"{done.mailbox}: {done.stored} new, {done.server_count} on the server{trouble}")
        if failed:
            raise CommandError(f"{failed} of the mailboxes could not be read, see above.")

    def _for_ever(self, name: str | None) -> None:
        fetchers = Fetchers(only=name)

        def leave(number: int, frame: FrameType | None) -> None:
            fetchers.stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, leave)
        fetchers.run()
