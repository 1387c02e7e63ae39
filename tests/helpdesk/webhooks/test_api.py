"""Hooks by API, for administrators alone."""

import pytest

from helpdesk.accounts.scopes import Scope
from helpdesk.journal.models import Entry
from helpdesk.webhooks.models import Event, Hook
from tests.factories import StaffFactory
from tests.programs import Program, problem_of

pytestmark = pytest.mark.django_db
HOOKS = "/api/v1/webhooks/"
NEW = {"name": "CRM", "url": "https://crm.example/in", "events": ["ticket.created", "message.created"]}


@pytest.fixture
def caller(ada):
    return Program(ada, scopes=Scope.values)


def test_hook_is_set_up_changed_renewed_tried_and_removed(caller, ada):
    made = caller.post_json(HOOKS, NEW).json()
    path = f"{HOOKS}{made['id']}/"

    changed = caller.patch(path, {"is_active": False}, content_type="application/json").json()
    back = caller.patch(path, {"is_active": True}, content_type="application/json").json()
    renewed = caller.post(f"{path}key/").json()
    tried = caller.post(f"{path}test/").json()
    events = caller.get(f"{path}events/").json()["items"]

    assert (made["owner"], made["events"]) == (ada.pk, NEW["events"])
    assert (changed["is_active"], back["is_active"]) == (False, True)
    assert made["signing_key"] != renewed["signing_key"]
    assert [each["key"] for each in events] == [tried["key"]]
    assert caller.delete(path).status_code == 204
    verbs = list(Entry.objects.filter(verb__startswith="hook_").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["hook_added", "hook_changed", "hook_changed", "hook_key_renewed", "hook_tested", "hook_removed"]


def test_key_is_told_when_it_is_made_and_never_again(caller):
    made = caller.post_json(HOOKS, NEW).json()

    for path in (HOOKS, f"{HOOKS}{made['id']}/"):
        assert made["signing_key"] not in caller.get(path).content.decode()
    assert made["signing_key"] not in str(list(Entry.objects.values()))
    assert made["signing_key"] == Hook.objects.get().key


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://crm.example/"},
        {"url": "https://user:secret@crm.example/"},
        {"url": "crm"},
        {"events": ["ticket.created", "everything"]},
        {"events": []},
        {"name": " "},
        {"team": 987654},
        {"owner": 1},
    ],
    ids=str,
)
def test_hook_that_can_not_be_is_refused(caller, wrong):
    assert problem_of(caller.post_json(HOOKS, NEW | wrong))["status"] == 422
    assert not Hook.objects.exists()


def test_hook_is_set_up_by_nobody_else_and_not_without_the_scope(ada):
    agent = Program(StaffFactory(), scopes=Scope.values)
    usual = Program(ada)

    assert [problem_of(each.post_json(HOOKS, NEW))["status"] for each in (agent, usual)] == [403, 403]
    assert problem_of(agent.get(HOOKS))["status"] == 403


def test_event_that_was_given_up_is_sent_again(caller):
    made = caller.post_json(HOOKS, NEW).json()
    tried = caller.post(f"{HOOKS}{made['id']}/test/").json()
    Event.objects.update(state="failed", finished_at=Event.objects.get().created_at)

    again = caller.post(f"{HOOKS}{made['id']}/events/{tried['id']}/again/").json()

    assert (again["state"], again["key"]) == ("waiting", tried["key"])
