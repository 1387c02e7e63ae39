"""Whoever gives power away in the administration has proved lately who they are."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from helpdesk.accounts.directory.models import Directory, DirectoryPerson, SyncRun
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ApiToken, Invitation, RoleRule, Seeing, User
from helpdesk.accounts.sso.models import IdentityProvider, Site
from helpdesk.journal.models import Entry
from helpdesk.webhooks.models import Hook
from tests.browsers import browser_of, proved
from tests.factories import DirectoryFactory, StaffFactory
from tests.peers.sites import make_site

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence of hers"
DOORS = {
    "a role's editor": ("accounts/rolerule/{rule}/change/", {"capabilities": ["see_journal"]}),
    "a role as it came": ("accounts/rolerule/{rule}/defaults/", {}),
    "seeing as somebody": ("accounts/user/{anna}/seeing/", {"reason": "she asked"}),
    "leaving": ("accounts/user/{anna}/leaving/", {"reason": "she left"}),
    "coming back": ("accounts/user/{gone}/return/", {"reason": "he is back"}),
    "a password for somebody": ("accounts/user/{anna}/password/", {"password1": PASSWORD, "password2": PASSWORD}),
    "a new person": ("accounts/user/add/", {"name": "Eve", "email": "eve@evil.example", "role": "administrator"}),
    "another role": ("accounts/user/{anna}/change/", {"name": "Anna", "role": "administrator"}),
    "another address": ("accounts/user/{anna}/change/", {"name": "Anna", "role": "agent", "email": "eve@evil.example"}),
    "one more address": (
        "accounts/user/{anna}/change/",
        {
            "name": "Anna",
            "email": "anna@helpdesk.example",
            "role": "agent",
            "contact_points-TOTAL_FORMS": "1",
            "contact_points-INITIAL_FORMS": "0",
            "contact_points-0-kind": "email",
            "contact_points-0-value": "eve@evil.example",
        },
    ),
    "an invitation": ("accounts/invitation/add/", {"address": "eve@evil.example", "role": "administrator"}),
    "a token": ("accounts/apitoken/add/", {"user": "{anna}", "name": "n", "scopes": ["read"]}),
    "a new directory": ("directory/directory/add/", {"name": "Evil"}),
    "a directory's settings": ("directory/directory/{directory}/change/", {"name": "Evil"}),
    "a directory's reading": ("directory/directory/{directory}/run/", {"real": "1"}),
    "a directory let loose": ("directory/directory/{directory}/approval/", {}),
    "a run that is confirmed": ("directory/syncrun/{run}/confirmation/", {}),
    "somebody linked": ("directory/syncrun/{run}/link/", {"uid": "1"}),
    "a new site": ("sso/site/add/", {"name": "Evil"}),
    "a site's settings": ("sso/site/{site}/change/", {"name": "Evil"}),
    "a site's secret": ("sso/site/{site}/secret/", {}),
    "a new provider": ("sso/identityprovider/add/", {"name": "Evil"}),
    "a provider's settings": ("sso/identityprovider/{provider}/change/", {"name": "Evil"}),
    "a new hook": ("webhooks/hook/add/", {"name": "Evil", "owner": "{ada}", "url": "https://evil.example/"}),
    "a hook's settings": ("webhooks/hook/{hook}/change/", {"name": "Evil", "url": "https://evil.example/"}),
    "a hook's key": ("webhooks/hook/", {"action": ["renew_key", "try_now"], "_selected_action": "{hook}"}),
}
POSTED_ALONE = ("/defaults/", "/return/", "/run/", "/approval/", "/confirmation/", "/link/")
ASK_AT_ONCE = {"seeing as somebody", "a password for somebody", "a site's secret"}


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return browser_of(ada)


@pytest.fixture
def things(ada):
    directory = DirectoryFactory()
    hook = Hook.objects.create(name="CRM", owner=ada, url="https://crm.example/", events=["ticket.changed"], key="k")
    return {
        "ada": ada.pk,
        "anna": StaffFactory(name="Anna", email="anna@helpdesk.example").pk,
        "gone": StaffFactory(name="Oleg", is_active=False).pk,
        "rule": RoleRule.objects.get(role=Role.AGENT).pk,
        "directory": directory.pk,
        "run": SyncRun.objects.create(directory=directory).pk,
        "site": make_site("Shop")[0].pk,
        "provider": IdentityProvider.objects.create(name="Corp", slug="corp", kind="oidc").pk,
        "hook": hook.pk,
    }


def door(name, things):
    """Where the form goes, and what it says."""
    path, said = DOORS[name]
    filled = {field: value.format(**things) if isinstance(value, str) else value for field, value in said.items()}
    return f"/admin/{path.format(**things)}", filled


def everything():
    """All rows that any of the doors could change, column by column."""
    kinds = (User, RoleRule, Seeing, Invitation, ApiToken, Directory, DirectoryPerson, SyncRun)
    kinds += (Site, IdentityProvider, Hook)
    rows = {kind: sorted(kind.objects.values_list(), key=str) for kind in kinds}
    return rows | {Entry: Entry.objects.count()}


def kept_form(page):
    """Where the form of the page leads that goes on, and what it says."""
    form = re.search(r'<form class="form" method="post" action="([^"]*)" data-once>(.*?)</form>', page, re.DOTALL)
    said = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2]):
        said.setdefault(unescape(name), []).append(unescape(value))
    said.pop("csrfmiddlewaretoken", None)
    return unescape(form[1]), said


@pytest.mark.parametrize("name", DOORS)
def test_stale_proof_is_asked_anew_and_what_was_sent_waits_for_it(browser, things, name):
    path, said = door(name, things)
    before = everything()

    asked = urlsplit(browser.post(path, said)["Location"])
    after = everything()
    page = proved(browser).get(parse_qs(asked.query)["next"][0])

    expected = {field: value if isinstance(value, list) else [value] for field, value in said.items()}
    assert (asked.path, after == before) == ("/accounts/proof/", True)
    assert kept_form(page.content.decode()) == (path, expected)


@pytest.mark.parametrize("name", DOORS)
def test_pages_open_but_for_those_that_serve_nothing_else(browser, things, name):
    path, _said = door(name, things)

    status = browser.get(path).status_code

    assert status == (303 if name in ASK_AT_ONCE else 405 if path.endswith(POSTED_ALONE) else 200)


def test_fresh_proof_is_not_asked_for_again(browser, things):
    proved(browser)

    path, said = door("another role", things)
    saved = browser.post(path, said | {"email": "anna@helpdesk.example", **rows_of_nothing()})

    assert (saved.status_code, saved["Location"]) == (302, "/admin/accounts/user/")
    assert User.objects.get(pk=things["anna"]).role == Role.ADMINISTRATOR


def test_what_gives_nobody_more_needs_no_proof(browser, things):
    said = {
        "name": "Anna Orlova", "email": "anna@helpdesk.example", "role": "agent", "language": "ru",
        "time_zone": "Europe/Moscow", "notes": "line 2", **rows_of_nothing(),
    }  # fmt: skip

    saved = browser.post(f"/admin/accounts/user/{things['anna']}/change/", said)

    assert (saved.status_code, saved["Location"]) == (302, "/admin/accounts/user/")
    assert User.objects.get(pk=things["anna"]).name == "Anna Orlova"


def rows_of_nothing():
    return {"contact_points-TOTAL_FORMS": "0", "contact_points-INITIAL_FORMS": "0"}
