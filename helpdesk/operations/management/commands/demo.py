"""The demo data."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.operations.demo import sign_ins
from helpdesk.operations.demo.loading import is_loaded, load


class Command(BaseCommand):
    help = "Make believable organisations, people and tickets in English and Russian. A second run changes nothing."

    def handle(self, **options: Any) -> None:
        if is_loaded():
            self.stdout.write("The demo data are here already; nothing was changed.")
            return
        started = time.monotonic()
        count = load()
        self.stdout.write(f"{count} tickets in {time.monotonic() - started:.1f} s. Sign in as:")
        for line in sign_ins():
            self.stdout.write(f"  {line}")
