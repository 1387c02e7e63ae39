"""A fuzzer asks the API in turns: what one answer tells is asked for by the next request, as those of programs are.

What was made is there until it is removed, and what was removed is nowhere. `API_FUZZ_EXAMPLES=200` makes a long run of
it, `API_FUZZ_SEED` another one.
"""

from collections import Counter

from django.db import transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as how
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from tests.access_bodies import BODIES
from tests.helpdesk.test_api_fuzz import CHECKS, EXAMPLES, SEED, description, world

__all__ = ["description", "world"]

IN_TURNS = [*CHECKS, checks.use_after_free]
"""`ensure_resource_availability` looks only where no parameter was made up, and takes the token for one: what it
asks is looked at here (`missed`)."""
AS_OFTEN = how(
    max_examples=4 * EXAMPLES,
    stateful_step_count=30,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def turns_of(description, headers, answered):
    """The machine of turns. What a run of them did is undone."""

    @seed(SEED)
    class Turns(description.as_state_machine()):
        def setup(self):
            self.removed = set()
            self.undone = transaction.atomic()
            self.undone.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

        def before_call(self, case):
            """What is made up by chance is mostly refused: where a document is known that is good, it is sent."""
            known = BODIES.get(resolve(case.formatted_path).view_name) if case.method == "POST" else None
            if known is not None and not case.path_parameters:
                case.body = dict(known)

        def get_call_kwargs(self, case):
            return {"headers": headers}

        def validate_response(self, response, case, **options):
            answered[case.operation.label, response.status_code] += 1
            if case.method == "DELETE" and response.status_code == 204:
                self.removed.add(case.formatted_path)
            assert not self.missed(case, response), f"{case.formatted_path} was just made, and is not there."
            case.validate_response(response, checks=IN_TURNS, transport_kwargs=options, recorder=self.recorder)

        def missed(self, case, response):
            """What the request before made is not there, though nobody removed it."""
            before = self.recorder.find_parent(case_id=case.id)
            if response.status_code != 404 or before is None or before.method != "POST":
                return False
            made = self.recorder.find_response(case_id=before.id)
            return (
                made.status_code == 201
                and case.formatted_path == f"{before.formatted_path}{made.json()['id']}/"
                and case.formatted_path not in self.removed
            )

    return Turns


def test_api_when_asked_in_turns_has_what_was_made_and_nothing_of_what_was_removed(world, description, settings):
    settings.API_REQUESTS_PER_MINUTE = 0
    callers, _ids = world
    answered = Counter()
    description.config.generation.update(modes=[GenerationMode.POSITIVE])

    turns_of(description, callers["administrator"], answered).run(settings=AS_OFTEN)

    assert {200, 201, 204, 404, 422} <= {status for _operation, status in answered}
    assert len({operation for operation, _status in answered}) > 25
