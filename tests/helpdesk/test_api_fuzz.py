"""A fuzzer asks the whole API, as the description says and as it says not, as each role.

What is allowed is made up by chance and asked by everybody: `API_FUZZ_EXAMPLES=200` makes a long run of it,
`API_FUZZ_SEED` another one. What is not allowed is gone through value by value (every bound, type, missing name and
method), each time by the next role.
"""

import os
from collections import Counter
from contextlib import closing
from itertools import cycle

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.enums import Role
from helpdesk.accounts.scopes import Scope
from helpdesk.webhooks.models import Event, Hook
from helpdesk.wsgi import application
from tests.categories import hosting
from tests.factories import (
    MessageFactory,
    OrganisationFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tickets.actions.files import NewFile, store_files
from tickets.enums import Audience
from tickets.models import TicketLink

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "2"))
SEED = int(os.environ.get("API_FUZZ_SEED", "20261122"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
    checks.allow_header_conformance,
]


@pytest.fixture
def world(db):
    """One of everything, Clara's; the ids by which it is asked for."""
    shop = OrganisationFactory(name="Shop")
    clara = UserFactory(name="Clara", organisation=shop)
    team = TeamFactory()
    ticket = TicketFactory(requester=clara, organisation=shop, team=team, category=hosting())
    message = MessageFactory(ticket=ticket)
    (file,) = store_files(message=message, files=[NewFile("a.txt", b"a", "text/plain")], by=None)
    people = {
        "administrator": StaffFactory(role=Role.ADMINISTRATOR),
        "agent": StaffFactory(),
        "accountant": StaffFactory(role=Role.ACCOUNTANT),
        "contractor": StaffFactory(role=Role.CONTRACTOR),
        "customer": clara,
        "customer_manager": UserFactory(organisation=shop, role=Role.CUSTOMER_MANAGER),
        "stranger": UserFactory(),
    }
    TemplateFactory(owner=people["agent"], audience=Audience.EVERYBODY)
    ids = {"number": ticket.number, "/messages/": message.pk, "/customers/": clara.pk, "/organisations/": shop.pk}
    ids |= {"/attachments/": str(file.pk), "person": people["agent"].pk, "point": clara.contact_points.get().pk}
    link = TicketLink.objects.create(source=ticket, target=TicketFactory(), kind="related", made_by=people["agent"])
    hook = Hook.objects.create(name="CRM", owner=people["administrator"], url="https://crm.example/", events=["x"])
    event = Event.objects.create(hook=hook, kind="hook.test", thread="test")
    ids |= {"/links/": link.pk, "/webhooks/": hook.pk, "event": event.pk}
    return {"nobody": {}} | {role: bearing(person) for role, person in people.items()}, ids


def bearing(person):
    """The headers of a program of theirs that may all that they may."""
    scopes = [Scope.READ, Scope.WRITE, Scope.WEBHOOKS_MANAGE]
    return {"Authorization": f"Bearer {tokens.issue(user=person, by=None, name='fuzz', scopes=scopes)}"}


def read_to_the_end(environ, start_response):
    """The program; the fuzzer leaves files open."""
    with closing(application(environ, start_response)) as answer:
        return [b"".join(answer)]


@pytest.fixture
def description(db):
    """Requests of a test leave its transaction open, as those of Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", read_to_the_end)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_api_when_asked_as_described_by_anybody_answers_as_described(world, description, settings):
    """What is made up once is asked by each role; what it did is undone."""
    settings.API_REQUESTS_PER_MINUTE = 0
    callers, ids = world
    answered: Counter[tuple[str, int]] = Counter()

    for found in description.get_all_operations():
        run_of(found.ok(), callers, ids, answered)()

    assert {role for role, _status in answered} == {*callers}
    assert {status for role, status in answered if role == "nobody"} == {401}
    assert {200, 201, 204} <= {status for role, status in answered if role == "administrator"}


def test_api_when_asked_as_it_is_not_described_refuses_as_described(world, description, settings):
    settings.API_REQUESTS_PER_MINUTE = settings.API_FAILURES_PER_MINUTE = 0
    callers, ids = world
    answered: Counter[tuple[str, int]] = Counter()
    turns = cycle(callers.items())

    for found in description.get_all_operations():
        for case in wrong_cases(found.ok(), ids):
            role, headers = next(turns)
            answered[role, ask(case, headers)] += 1

    assert {role for role, _status in answered} == {*callers}
    assert {status for role, status in answered if role == "nobody"} <= {401, 405, 406, 414}
    assert {401, 404, 405, 415, 422} <= {status for _role, status in answered}


def run_of(operation, callers, ids, answered):
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def run(case: Case) -> None:
        lead_to_something(case, ids)
        reads = [checks.positive_data_acceptance] if case.method == "GET" else []  # what is written has rules besides
        for role, headers in callers.items():
            answered[role, ask(case, headers, reads)] += 1

    return run


def wrong_cases(operation, ids):
    """Every way in which a request differs from the description by one thing; headers may always be more."""
    generation = operation.schema.config.generation
    modes = [GenerationMode.NEGATIVE]
    for case in operation.schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=generation):
        if any(name.startswith("x-schemathesis-unknown") for name in case.headers or {}):
            continue
        if case.meta.phase.data.parameter_location not in (ParameterLocation.PATH, ParameterLocation.QUERY):
            lead_to_something(case, ids)
        yield case


def ask(case, headers, more=()):
    """The status of the answer, which is as described; what it did is undone."""
    with transaction.atomic():
        response = case.call_and_validate(headers=headers, checks=[*CHECKS, *more])
        transaction.set_rollback(True)
    return response.status_code


def lead_to_something(case, ids):
    """Of what is made up as an id nothing is there, and a cursor is of the page before."""
    if case.query:
        case.query.pop("cursor", None)
    for name in case.path_parameters or {}:
        known = ids.get(name) or next((key for part, key in ids.items() if part in case.operation.path), None)
        if known is not None:
            case.path_parameters[name] = known
