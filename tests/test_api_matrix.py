"""What programs change by PUT, PATCH and DELETE × every role: who gets what, literally.

A new operation needs a line, or the first test fails and names it. What is asked for is Clara's, as in
`tests/test_access_matrix.py`, where GET and POST are.
"""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import resolve
from django.utils import timezone

from helpdesk.api import api
from tests.access_bodies import BODIES as POSTED
from tests.access_paths import path_of
from tests.access_world import world
from tests.test_access_matrix import EVERYBODY, gone_of, outcome

__all__ = ["world"]

# fmt: off
BODIES = {
    "set_status": {"status": "on_hold"},
    "set_assignee": {"assignee": None},
    "set_team": {"team": None},
    "set_priority": {"priority": "high"},
    "set_tags": {"tags": ["vip"]},
    "snooze_ticket": {"until": (timezone.now() + timedelta(days=2)).isoformat()},
    "describe_ticket": {"category": "", "fields": {}},
    "rate_ticket": {"rating": "good"},
    "change_customer": {"name": "Clara"},
    "change_me": {"language": "ru"},
    "change_organisation": {"name": "Shop"},
    "change_webhook": {"name": "CRM"},
}
TABLE = {
    # nobody clara mia sergei oleg anna marta ada, lena pavel sonya, carl
    "set_status":           "401 403 403 404 404 200 403 200 200 200 200 404",
    "set_assignee":         "401 403 403 404 404 200 403 200 200 200 200 404",
    "set_team":             "401 403 403 404 404 200 403 200 200 200 200 404",
    "set_priority":         "401 403 403 404 404 200 403 200 200 200 200 404",
    "set_tags":             "401 403 403 404 404 200 403 200 200 200 200 404",
    "snooze_ticket":        "401 403 403 404 404 200 403 200 200 200 200 404",
    "wake_ticket":          "401 403 403 404 404 200 403 200 200 200 200 404",
    "describe_ticket":      "401 403 403 404 404 200 403 200 200 200 200 404",
    "rate_ticket":          "401 422 403 404 404 403 403 403 403 403 403 404",
    "remove_participant":   "401 404 404 404 404 404 404 404 404 404 404 404",
    "follow_ticket":        "401 403 204 404 404 403 403 403 403 403 403 404",
    "unfollow_ticket":      "401 204 204 404 404 204 204 204 204 204 204 404",
    "remove_watcher":       "401 403 403 404 404 404 404 404 404 404 404 404",
    "unlink_ticket":        "401 403 403 404 404 204 403 204 204 204 204 404",
    "unmerge_ticket":       "401 403 403 404 404 422 403 422 422 422 422 404",
    "remove_file":          "401 403 403 404 404 403 403 403 403 403 403 404",
    "change_customer":      "401 403 403 404 404 200 403 200 200 200 200 403",
    "change_me":            "401 200 200 200 200 200 200 200 200 200 200 200",
    "remove_contact_point": "401 403 403 404 404 422 403 422 422 422 422 403",
    "change_organisation":  "401 403 403 404 404 200 403 200 200 200 200 403",
    "change_webhook":       "401 403 403 403 403 403 403 200 403 403 403 403",
    "remove_webhook":       "401 403 403 403 403 403 403 204 403 403 403 403",
}
# fmt: on


def operations(methods=("put", "patch", "delete")):
    """(operation, method, path with its parameters as they stand in the URL configuration)."""
    for path, found in api.get_openapi_schema()["paths"].items():
        for method, operation in found.items():
            if method in methods:
                yield operation["operationId"], method, path.lstrip("/").replace("{", "<").replace("}", ">")


def test_every_operation_has_its_line():
    assert {operation for operation, _method, _path in operations()} == set(TABLE)


@pytest.mark.django_db
def test_changing_is_open_to_those_of_the_table_and_shut_to_all_others(world):
    _browsers, programs, things = world
    wrong = {}
    for operation, method, route in operations():
        path = path_of(route, things)
        found = " ".join(_asked(programs[role], method, path, BODIES.get(operation)) for role in EVERYBODY)
        if found != TABLE.get(operation):
            wrong[operation] = found

    assert not wrong, "\n" + "\n".join(f'    "{name}": "{now}",' for name, now in wrong.items())


@pytest.mark.django_db
def test_what_is_deleted_answers_as_if_it_were_somebody_elses(world):
    """Neither what is put nor what is posted tells whether there is, or was, such a thing."""
    _browsers, programs, things = world
    gone, wrong = gone_of(things), {}
    for operation, method, route in operations(("put", "patch", "delete", "post")):
        path = path_of(route, gone)
        if path == path_of(route, things):
            continue
        body = BODIES.get(operation) or POSTED.get(resolve(path).view_name)
        for role in ("anonymous", "clara", "carl", "sergei", "oleg", "anna", "ada"):
            found = _asked(programs[role], method, path, body)
            if found not in ({"401"} if role == "anonymous" else {"403", "404"}):
                wrong[f"{operation} as {role}"] = found

    assert wrong == {}


def _asked(program, method, path, body):
    """The answer; whatever it did is undone."""
    with transaction.atomic():
        document = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        response = getattr(program, method)(path, **document)
        transaction.set_rollback(True)
    return outcome(response)
