"""What telling people costs: a reply with nobody and with twenty watching, the fan-out, rows a second to nowhere."""

import statistics
import time
from argparse import ArgumentParser
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.carrying import carry_all_due
from helpdesk.notifications.enums import Channel, DeliveryState, Purpose
from helpdesk.notifications.models import Delivery, Notice
from helpdesk.notifications.registries import carriers
from helpdesk.operations.bench.figures import machine
from helpdesk.operations.bench.scratch import scratch_database
from tickets.actions.conversation import reply
from tickets.actions.news import spread_news
from tickets.actions.opening import file_request
from tickets.models import Ticket, Watcher

WATCHERS = 20
RECEIVERS = 100
NOWHERE = "nowhere"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--replies", type=int, default=100, help="replies of each kind")
    parser.add_argument("--rows", type=int, default=5000, help="rows for a channel that takes everything")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """`added_percent` is what twenty watchers add to the median of a reply; rows go by one worker."""
    with scratch_database(keep=options["keep"]):
        people = [_person(f"agent{number}") for number in range(WATCHERS + 1)]
        replies = _replies(people, options["replies"])
        figures = {
            "benchmark": "notifications",
            "machine": machine(),
            **replies,
            **_fan_out(),
            "rows": options["rows"],
            "rows_per_second": _nowhere(people[0], options["rows"]),
        }
    same = figures["statements_0"] == figures["statements_20"]
    return figures | {"passed": same and figures["rows_per_second"] >= 500}


def _person(name: str, role: Role = Role.AGENT) -> User:
    found, _ = User.objects.get_or_create(email=f"{name}@bench.example", defaults={"name": name.title(), "role": role})
    return found


def _replies(people: list[User], repeats: int) -> dict[str, Any]:
    """In turns, so that a busy moment meets both."""
    agent, *others = people
    clara = _person("clara", Role.CUSTOMER)
    tickets: dict[int, Ticket] = {}
    for watchers in (0, WATCHERS):
        tickets[watchers] = file_request(by=clara, subject="Basket", text="Is empty")
        Watcher.objects.bulk_create(Watcher(ticket=tickets[watchers], user=each) for each in others[:watchers])
    seconds: dict[int, list[float]] = {0: [], WATCHERS: []}
    statements: dict[int, int] = {}
    for turn in range(repeats + 5):
        for watchers, ticket in tickets.items():
            with CaptureQueriesContext(connection) as ran:
                start = time.perf_counter()
                reply(ticket=ticket, by=agent, text="It works again.")
                took = time.perf_counter() - start
            statements[watchers] = len(ran)
            if turn >= 5:
                seconds[watchers].append(took)
    ms = {watchers: statistics.median(took) * 1000 for watchers, took in seconds.items()}
    return {
        "reply_0_ms": round(ms[0], 2),
        "reply_20_ms": round(ms[WATCHERS], 2),
        "added_percent": round(100 * (ms[WATCHERS] - ms[0]) / ms[0], 1),
        "statements_0": statements[0],
        "statements_20": statements[WATCHERS],
    }


def _fan_out() -> dict[str, Any]:
    """Everything that the replies left for a worker to tell."""
    start = time.perf_counter()
    pieces = spread_news()
    seconds = time.perf_counter() - start
    return {
        "pieces": pieces,
        "notices": Notice.objects.count(),
        "notices_per_second": round(Notice.objects.count() / seconds),
    }


def _nowhere(person: User, rows: int) -> int:
    """Rows a second of one worker to a channel that takes everything at once."""
    if NOWHERE not in carriers:
        carriers.register(NOWHERE, lambda row: None)
    Delivery.objects.all().delete()
    for number in range(rows // RECEIVERS):
        enqueue(
            subject=person,
            outgoing=[
                Outgoing(
                    purpose=Purpose.CODE,
                    recipient=f"{receiver}",
                    person_id=person.pk,
                    route=f"{NOWHERE}:1",
                    channel=Channel.GATEWAY,
                    content={"title": "x", "text": str(number)},
                )
                for receiver in range(RECEIVERS)
            ],
        )
    Delivery.objects.update(state=DeliveryState.QUEUED, purpose=Purpose.NOTICE)
    start = time.perf_counter()
    carry_all_due()
    seconds = time.perf_counter() - start
    gone = Delivery.objects.filter(state=DeliveryState.SENT).count()
    return round(gone / seconds) if gone == rows else 0
