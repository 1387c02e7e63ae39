"""Files to raw mails to final states, in this process."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from helpdesk.core.context import acting_from
from tickets.mail.actions.processing import process_waiting
from tickets.mail.actions.storing import Arrival, store_many
from tickets.mail.enums import FINAL_STATES, Source
from tickets.mail.fetching.batches import MOST_BYTES
from tickets.mail.fetching.files import FoundMail, Unreadable, find_mails
from tickets.mail.models import Mailbox, RawMail

MOST_AT_ONCE = 200
LOOK_AGAIN_SECONDS = 0.2


class Ingest:
    """Takes paths one after another; `finish` gives the counts, which add up to what was read.

    `items` (when wanted) has one entry a mail in the order read, as the command's JSON shows it.
    """

    def __init__(self, *, mailbox: Mailbox | None = None, with_items: bool = False) -> None:
        self.mailbox = mailbox
        self.with_items = with_items
        self.items: list[dict[str, Any]] = []
        self.unreadable = 0
        self._counts: Counter[str] = Counter()
        self._waiting: list[FoundMail] = []
        self._bytes = 0

    def take(self, path: Path) -> Iterator[str]:
        """Read everything at `path`; yields one line for each thing that can't be read."""
        for found in find_mails(path):
            if isinstance(found, Unreadable):
                self.unreadable += 1
                yield found.reason
                continue
            self._waiting.append(found)
            self._bytes += len(found.content)
            if len(self._waiting) >= MOST_AT_ONCE or self._bytes >= MOST_BYTES:
                self._work()

    def finish(self) -> dict[str, int]:
        """Bring the rest to its final state: {"read": ..., "processed": ..., "duplicate": ..., ...}."""
        self._work()
        states = {str(state): self._counts[state] for state in FINAL_STATES}
        return {"read": sum(states.values()), **states}

    def _work(self) -> None:
        found, self._waiting, self._bytes = self._waiting, [], 0
        if not found:
            return
        arrivals = [Arrival(content=mail.content, source=Source.FILE, full_size=mail.full_size) for mail in found]
        with acting_from("command"):
            stored = store_many(arrivals=arrivals, mailbox=self.mailbox, ring=False)
        ids = [raw.pk for raw in stored]
        bring_to_final_state(ids)
        self._tell(found, ids)

    def _tell(self, found: Sequence[FoundMail], ids: Sequence[int]) -> None:
        rows = (
            RawMail.objects.filter(pk__in=ids)
            .select_related("ticket")
            .only("state", "reason", "kind", "findings", "message_id", "ticket__number")
            .in_bulk()
        )
        self._counts.update(row.state for row in rows.values())
        if self.with_items:
            self.items += [_item(mail.path, rows[number]) for mail, number in zip(found, ids, strict=True)]


def bring_to_final_state(ids: Sequence[int]) -> None:
    """Work on these mails until each is final, also on those that are to be tried again in a while; those that another
    worker has are waited for."""
    unfinished = RawMail.objects.filter(pk__in=ids).exclude(state__in=FINAL_STATES)
    process_waiting(ids=ids)
    while unfinished.exists():
        time.sleep(LOOK_AGAIN_SECONDS)
        process_waiting(ids=ids)


def _item(path: str, raw: RawMail) -> dict[str, Any]:
    item = {
        "path": path,
        "raw_mail": raw.pk,
        "state": raw.state,
        "reason": raw.reason,
        "kind": raw.kind or None,
        "ticket": raw.ticket.number if raw.ticket else None,
        "message": raw.message_id,
    }
    if "bounce" in raw.findings:
        item["bounce"] = raw.findings["bounce"]
    return item
