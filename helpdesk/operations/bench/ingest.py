"""How many mails a second one worker process takes in: bytes committed first, then parsed, threaded and written."""

import os
import re
import time
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from helpdesk.operations.bench import corpus as corpora
from helpdesk.operations.bench.figures import children_of, cpu_seconds, cpu_seconds_of_ended, machine
from helpdesk.operations.bench.scratch import scratch_database
from tickets.mail.actions.processing import process_waiting
from tickets.mail.actions.storing import Arrival, store_many
from tickets.mail.enums import Source
from tickets.mail.models import Mailbox, RawMail
from tickets.mail.tokens import subject_token
from tickets.models import Message, Ticket

REF = re.compile(r"Ref: (M\d+) (T\d+)")
STORE_BATCH = 50


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mails", type=int, default=2000, help="size of the corpus that is made up")
    parser.add_argument("--corpus", type=Path, help="a corpus on disk instead")
    parser.add_argument("--plain-numbers", action="store_true", help="follow-ups hold [#number], not the signed token")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Ingest a corpus into an empty database and compare the tickets with its manifest."""
    corpus = corpora.read(options["corpus"]) if options["corpus"] else corpora.make(count=options["mails"])
    with scratch_database():
        Mailbox.objects.create(name="Support", address="support@desk.example", is_default=True)
        _take_in(corpora.make(count=20, seed=1, letter="W").openers)  # starts the parser child, fills caches
        warm = Ticket.objects.count()
        before = _processor_time()
        seconds = _take_in(corpus.openers)
        numbers = _numbers()
        mark = (lambda number: f"[#{number}]") if options["plain_numbers"] else subject_token
        follow_ups = corpus.rendered(lambda thread: mark(numbers.get(thread, 0)))
        statements = _statements(follow_ups[:20])
        seconds += _take_in(follow_ups[20:])
        used = {name: round(total - before[name], 1) for name, total in _processor_time().items()}
        timed = len(corpus.openers) + len(follow_ups) - 20
        return {
            "benchmark": "ingest",
            "machine": machine(),
            "mails": len(corpus.openers) + len(follow_ups),
            "seconds": round(seconds, 2),
            "mails_per_second": round(timed / seconds, 1),
            "processor_seconds": used,
            "statements_per_mail": statements,
            "tickets": Ticket.objects.count() - warm,
            **_compare(corpus),
        }


def _take_in(mails: list[bytes]) -> float:
    started = time.perf_counter()
    for at in range(0, len(mails), STORE_BATCH):
        batch = mails[at : at + STORE_BATCH]
        rows = store_many(arrivals=[Arrival(content=mail, source=Source.FILE) for mail in batch], ring=False)
        process_waiting(ids=[row.pk for row in rows])
    return time.perf_counter() - started


def _parser_time(worker: int) -> float:
    """Of the children that live and of those that were recycled."""
    return cpu_seconds(children_of(worker)[1:]) + cpu_seconds_of_ended(worker)


def _processor_time() -> dict[str, float]:
    """Of the worker, of its parser child, and of the database session when that runs on this machine."""
    worker = os.getpid()
    figures = {"worker": cpu_seconds([worker]), "parser": _parser_time(worker)}
    with connection.cursor() as cursor, suppress(FileNotFoundError):
        cursor.execute("SELECT pg_backend_pid()")
        figures["database"] = cpu_seconds([cursor.fetchone()[0]])
    return figures


def _statements(mails: list[bytes]) -> float:
    with CaptureQueriesContext(connection) as captured:
        _take_in(mails)
    return round(len(captured) / max(1, len(mails)), 1)


def _numbers() -> dict[str, int]:
    found: dict[str, int] = {}
    for text, number in Message.objects.order_by("pk").values_list("text", "ticket__number"):
        if match := REF.search(text):
            found.setdefault(match[2], number)
    return found


def _compare(corpus: corpora.Corpus) -> dict[str, Any]:
    """Against the manifest: tickets, lost marks, messages on a ticket of another thread, final states."""
    expected = {entry["m"]: entry["t"] for entry in corpus.manifest["mails"] if entry["kind"] not in ("auto", "bounce")}
    thread_of_ticket: dict[int, str] = {}
    seen, misplaced = [], 0
    for text, ticket in Message.objects.order_by("pk").values_list("text", "ticket_id"):
        match = REF.search(text)
        if match is None or match[1] not in expected:
            continue
        seen.append(match[1])
        misplaced += thread_of_ticket.setdefault(ticket, match[2]) != match[2]
    states = dict(RawMail.objects.order_by().values_list("state").annotate(models.Count("pk")))
    return {
        "tickets_expected": corpus.manifest["summary"]["expected_tickets"],
        "lost": len(set(expected) - set(seen)),
        "doubled": len(seen) - len(set(seen)),
        "misplaced": misplaced,
        "held_for_approval": Message.objects.filter(approval="pending").count(),
        "states": states,
    }
