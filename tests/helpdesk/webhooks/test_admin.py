"""Hooks in the administrators' place."""

import pytest

from helpdesk.webhooks.actions import keeping
from helpdesk.webhooks.models import Attempt, Event, Hook
from tests.browsers import browser_of, proved

pytestmark = pytest.mark.django_db
HOOKS, EVENTS = "/admin/webhooks/hook/", "/admin/webhooks/event/"


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))


@pytest.fixture
def said(ada):
    return {
        "name": "CRM",
        "owner": ada.pk,
        "url": "https://crm.example/",
        "events": ["ticket.changed"],
        "is_active": "on",
    }


def act(browser, where, action, row):
    return browser.post(where, {"action": action, "_selected_action": [row.pk]}, follow=True).content.decode()


def test_hook_when_set_up_shows_its_key_once(browser, said):
    page = browser.post(f"{HOOKS}add/", said)

    hook = Hook.objects.get()
    assert hook.key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert hook.key not in browser.get(f"{HOOKS}{hook.pk}/change/").content.decode()


@pytest.mark.parametrize("wrong", [{"url": "http://user@x/"}, {"events": []}, {"name": ""}], ids=str)
def test_hook_that_can_not_be_is_refused_on_the_form(browser, said, wrong):
    assert browser.post(f"{HOOKS}add/", said | wrong).status_code == 200
    assert not Hook.objects.exists()


def test_hook_when_changed_keeps_its_owner_and_key(browser, said, hook_to, ada):
    hook = hook_to("https://crm.example/")

    browser.post(f"{HOOKS}{hook.pk}/change/", said | {"name": "CRM two", "owner": 1})

    after = Hook.objects.get()
    assert (after.name, after.owner, after.key) == ("CRM two", ada, hook.key)


def test_hook_is_tried_and_its_key_renewed(browser, hook_to):
    hook = hook_to("https://crm.example/")

    act(browser, HOOKS, "try_now", hook)
    shown = act(browser, HOOKS, "renew_key", hook)

    assert Event.objects.get().kind == "hook.test"
    assert Hook.objects.get().key in shown


def test_event_shows_its_attempts_and_is_sent_again(browser, hook_to, ada):
    event = keeping.test(hook=hook_to("https://crm.example/"), by=ada)
    Attempt.objects.create(event=event, status=500, took_ms=12, answer="oops")
    Event.objects.update(state="failed", finished_at=event.due_at)

    page = browser.get(f"{EVENTS}{event.pk}/change/").content.decode()
    act(browser, EVENTS, "send_again", event)

    assert "500, 12 ms" in page
    assert "oops" in page
    assert Event.objects.get().state == "waiting"
