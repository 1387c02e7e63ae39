"""Take in mails from files."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.mail.fetching.ingesting import Ingest
from tickets.mail.models import Mailbox


class Command(BaseCommand):
    help = "Take in mails from .eml and .msg files, folders, mbox and Maildir; done when each is in a final state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)
        parser.add_argument("--mailbox", metavar="NAME", help="as if they had come to this mailbox (name or address)")
        parser.add_argument("--json", action="store_true", help="print every mail's fate as JSON")

    def handle(self, *args: Any, paths: list[Path], mailbox: str | None, **options: Any) -> None:
        ingest = Ingest(mailbox=self._mailbox(mailbox), with_items=options["json"])
        for path in paths:
            for complaint in ingest.take(path):
                self.stderr.write(complaint)
        counts = ingest.finish()
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "items": ingest.items}, ensure_ascii=False, indent=1))
        else:
            words = ", ".join(f"{number} {word}" for word, number in counts.items() if word != "read")
            self.stdout.write(f"{counts['read']} read: {words}")
        if ingest.unreadable:
            raise CommandError(f"{ingest.unreadable} of the paths could not be read, see above.")

    def _mailbox(self, name: str | None) -> Mailbox | None:
        if name is None:
            return None
        mailbox = Mailbox.objects.filter(name=name).first() or Mailbox.objects.filter(address__iexact=name).first()
        if mailbox is None:
            names = ", ".join(Mailbox.objects.values_list("name", flat=True).order_by("name")) or "none"
            raise CommandError(f"There is no mailbox {name!r}; there are: {names}.")
        return mailbox
