"""What asking who may see a ticket costs: each role's list with that question and without it, and a capability."""

import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.db import models
from django.test import Client
from django.urls import reverse

from helpdesk.accounts.backends import Backend
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Grant, Organisation, Team, User
from helpdesk.core.paging import page_of
from helpdesk.operations.bench.figures import machine
from helpdesk.operations.bench.scratch import scratch_database
from helpdesk.operations.seeding import synthetic
from helpdesk.operations.seeding.loading import load
from tickets.models import Message, Ticket
from tickets.queries.listing import Criteria, list_rows, listed

WARM_UP = 10
ROWS = {"desk": 50, "cabinet": 20}
CHECKS = 100_000


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many messages to seed")
    parser.add_argument("--requests", type=int, default=200, help="repeats of each measure")
    parser.add_argument("--keep", action="store_true", help="keep the seeded database for the next run")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Seed, let each role look at its list. `added_percent` is what the question adds to the page: the medians of the
    list's statement with it and without it, as a share of the page without it."""
    with scratch_database(keep=options["keep"]):
        if not Message.objects.exists():
            load(synthetic.tickets(messages=options["messages"], seed=7), progress=lambda loaded: None)
        people = {name: _as_in_a_request(person) for name, person in _people().items()}
        return {
            "benchmark": "access",
            "machine": machine(),
            "tickets": Ticket.objects.count(),
            "messages": Message.objects.count(),
            "capability_check_ns": _check(people["agent"]),
            **{name: _look(person, options["requests"]) for name, person in people.items()},
        }


def _people() -> dict[str, User]:
    """An agent, a contractor with one queue of four, one with a queue in which nothing lies, the customer with most
    requests, and the manager of the organisation with most."""
    agent = _person("agent", Role.AGENT)
    contractor, idle = _person("contractor", Role.CONTRACTOR), _person("idle", Role.CONTRACTOR)
    busy = Team.objects.annotate(size=models.Count("tickets")).order_by("-size", "pk")[0]
    empty, _ = Team.objects.get_or_create(name="Nothing")
    for person, team in ((contractor, busy), (idle, empty)):
        Grant.objects.get_or_create(contractor=person, team=team)
    customer = User.objects.customers().annotate(size=models.Count("requested_tickets")).order_by("-size", "pk")[0]
    largest = Organisation.objects.annotate(size=models.Count("tickets")).order_by("-size", "pk").first()
    people = {"agent": agent, "contractor": contractor, "contractor_with_an_empty_queue": idle, "customer": customer}
    if largest is not None:
        people["customer_manager"] = _person("manager", Role.CUSTOMER_MANAGER, organisation=largest)
    return people


def _as_in_a_request(person: User) -> User:
    """With what a request knows of them without asking again."""
    found = Backend().get_user(person.pk)
    assert found is not None
    return found


def _person(name: str, role: Role, **fields: Any) -> User:
    found, _ = User.objects.get_or_create(
        email=f"{name}@bench.example", defaults={"name": name.title(), "role": role, **fields}
    )
    return found


def _look(person: User, repeats: int) -> dict[str, Any]:
    with_it, without_it = _statements(person)
    rows = with_it()
    seconds: dict[str, list[float]] = {"with": [], "without": [], "page": []}
    browser = Client()
    browser.force_login(person)
    path = reverse("cabinet:requests" if person.is_customer else "desk:tickets")
    path += "?of=organisation" if person.can(Capability.SEE_ORGANISATION_TICKETS) else ""
    for number in range(WARM_UP + repeats):  # in turns, so that a busy moment meets all three
        for name, work in (("with", with_it), ("without", without_it), ("page", lambda: browser.get(path))):
            start = time.perf_counter()
            work()
            if number >= WARM_UP:
                seconds[name].append(time.perf_counter() - start)
    ms = {name: statistics.median(each) * 1000 for name, each in seconds.items()}
    added = ms["with"] - ms["without"]
    return {
        "rows": rows,
        **{f"{name}_ms": round(value, 2) for name, value in ms.items()},
        "added_percent": round(100 * added / (ms["page"] - added), 1),
    }


def _statements(person: User) -> tuple[Callable[[], int], Callable[[], int]]:
    """Reading the first page of the person's list with `visible_to` and without it; how many rows there were."""
    if person.is_customer:
        organisation = {"organisation": person.organisation_id}
        is_manager = person.can(Capability.SEE_ORGANISATION_TICKETS)
        asked = (
            Ticket.objects.visible_to(person).filter(**organisation) if is_manager else Ticket.objects.own_of(person)
        )
        own = Ticket.objects.filter(**organisation) if is_manager else Ticket.objects.involving(person)
        asked, own = asked.for_list(), own.for_list()
        return lambda: _page(asked, "cabinet"), lambda: _page(own, "cabinet")
    criteria = Criteria()
    everybody = User(pk=person.pk, role=Role.AGENT)
    asked, own = (list_rows(listed(each, criteria), criteria) for each in (person, everybody))
    return lambda: _page(asked, "desk"), lambda: _page(own, "desk")


def _page(found: Any, door: str) -> int:
    return len(page_of(found, by="active_at", size=ROWS[door]).rows)


def _check(person: User) -> float:
    """Nanoseconds of one `can`, which asks the database nothing."""
    start = time.perf_counter_ns()
    for _ in range(CHECKS):
        person.can(Capability.WORK_TICKETS)
    return round((time.perf_counter_ns() - start) / CHECKS, 1)
