"""Every address × every role: who gets what, literally.

A new address needs a line in `tests/access_table.py`, a form that is open to somebody one in `tests/access_forms.py`;
without one the first test below fails and names it. Outcomes are seen on things that belong to Clara: she is their
requester, Mia is the manager of her organisation, Carl works there, Sergei manages another, Oleg is a contractor
without a grant. GET is tried with a database that refuses to write.
"""

import re
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve

from helpdesk.core import files_host, files_urls
from tests.access_admin import ADMIN_MODELS, ADMIN_VIEWS
from tests.access_bodies import BODIES
from tests.access_forms import POST, POST_UNLIKE_ANNA, POST_UNLIKE_SERGEI
from tests.access_paths import addresses, path_of
from tests.access_table import (
    AS_ANNA,
    AS_SERGEI,
    GET,
    ON_FILES_HOST,
    ROLES,
    UNLIKE_ANNA,
    UNLIKE_SERGEI,
)
from tests.access_world import world
from tests.browser.not_walked import NOT_WALKED
from tests.browser.pages import ADMIN, PAGES
from tests.database import refusing_writes

__all__ = ["world"]


SHUT = {"in", "401", "403", "404", "405"}
"""What a POST may be answered with where the table names none."""


def admin_rows():
    """The admin's lines: the administrator's outcome is in the table, everybody else is led to the door."""
    rows = {}
    for model, outcomes in ADMIN_MODELS.items():
        for view, outcome in zip(ADMIN_VIEWS, outcomes.split(), strict=True):
            name = view.format(model=model, path=model.replace("_", "/", 1) if model != BEAT else BEAT_PATH)
            rows[name] = f"in in in in in in in {outcome}"
    return rows


BEAT = "django_celery_beat_periodictask"
BEAT_PATH = "django_celery_beat/periodictask"
EVERYBODY = (*ROLES, *AS_ANNA, *AS_SERGEI)


def whole(rows, unlike_anna, unlike_sergei):
    """The rows with a column for each of EVERYBODY."""
    whole = {}
    for name, outcomes in rows.items():
        of = dict(zip(ROLES, outcomes.split(), strict=True))
        as_anna = unlike_anna.get(name) or " ".join([of["anna"]] * len(AS_ANNA))
        as_sergei = unlike_sergei.get(name) or " ".join([of["sergei"]] * len(AS_SERGEI))
        whole[name] = f"{outcomes} {as_anna} {as_sergei}"
    return whole


TABLE = whole(GET | admin_rows(), UNLIKE_ANNA, UNLIKE_SERGEI)
TABLE_OF_FORMS = whole(POST, POST_UNLIKE_ANNA, POST_UNLIKE_SERGEI)


def outcome(response):
    """The status; `in` where the person is led to sign in, `to` where elsewhere."""
    for close in response._resource_closers:  # response.close() would end the test's transaction
        close()
    if response.status_code not in (301, 302, 303):
        return str(response.status_code)
    where = urlsplit(response["Location"]).path
    return "in" if where in ("/accounts/login/", "/admin/login/") else "to"


def test_every_address_has_its_line():
    known = set(TABLE)

    missing = sorted({name for name, _route in addresses()} - known)
    gone = sorted(known - {name for name, _route in addresses()})

    assert not missing, f"Add a line to GET in tests/access_table.py for: {', '.join(missing)}"
    assert not gone, f"Remove from tests/access_table.py: {', '.join(gone)}"
    assert set(POST) <= known
    assert set(UNLIKE_ANNA) | set(UNLIKE_SERGEI) <= known
    assert set(POST_UNLIKE_ANNA) | set(POST_UNLIKE_SERGEI) <= set(POST)


def name_of(path):
    """The address that a path of the walk belongs to, whatever its words in braces stand for."""
    try:
        return resolve(re.sub(r"\{\w+\}", "1", urlsplit(path).path)).view_name
    except Resolver404:
        return ""


def test_every_page_is_walked_by_the_browser_or_says_why_not():
    walked = {name_of(path) for paths in [*PAGES.values(), ADMIN] for path in paths}
    shown = {name for name, outcomes in GET.items() if "200" in outcomes.split() and not name.startswith("api:")}
    for model, outcomes in ADMIN_MODELS.items():  # history and deletion are Django's, one of them is looked at
        views = zip(ADMIN_VIEWS[:3], outcomes.split(), strict=False)
        shown |= {view.format(model=model) for view, outcome in views if outcome == "200"}

    missing = sorted(shown - walked - NOT_WALKED.keys())
    gone = sorted(NOT_WALKED.keys() - shown)

    assert not missing, f"Let tests/browser/pages.py walk, or say in not_walked.py why not: {', '.join(missing)}"
    assert not gone, f"Remove from tests/browser/not_walked.py: {', '.join(gone)}"
    assert NOT_WALKED.keys().isdisjoint(walked)


def part_of(name):
    """Which of PARTS the address belongs to: each is asked by a test of its own, so that they run side by side."""
    return next((part for part in PARTS if name.startswith(part)), "")


def asked_of(part):
    return [(name, route) for name, route in addresses() if part_of(name) == part]


PARTS = ("desk:", "admin", "api:", "")
of_each_part = pytest.mark.parametrize("part", PARTS, ids=("desk", "admin", "api", "others"))


@of_each_part
def test_reading_gives_everybody_exactly_what_is_theirs(world, part):
    browsers, programs, things = world
    found, expected = {}, {}
    for name, route in asked_of(part):
        callers = programs if name.startswith("api:") else browsers
        path = path_of(route, things)
        with refusing_writes():
            found[name] = " ".join(outcome(callers[role].get(path)) for role in EVERYBODY)
        expected[name] = TABLE.get(name)

    wrong = {name: (found[name], expected[name]) for name in found if found[name] != expected[name]}
    assert not wrong, lines_of(wrong)


GONE = {
    "token": None,
    "kind": "reply",
    "subscription": "x" * 43,
    "secret": "x" * 43,
    "invited": "x" * 43,
    "survey": "x" * 43,
    "alarm": "x" * 43,
    "vpn_secret": "x" * 43,
}
"""What an address is asked for when the thing is gone; by number or key otherwise."""
GONE_NUMBER = 987_654_321


def gone_of(things):
    return {
        name: GONE.get(name) or (UUID(int=GONE_NUMBER) if isinstance(key, UUID) else GONE_NUMBER)
        for name, key in things.items()
    }


def lines_of(wrong):
    """The lines as they would have to be; the last columns stand in tables of their own."""
    lines = []
    for name, (now, table) in wrong.items():
        outcomes, last = now.split(), len(ROLES) + len(AS_ANNA)
        parts = [" ".join(part) for part in (outcomes[: len(ROLES)], outcomes[len(ROLES) : last], outcomes[last:])]
        lines.append(f'    "{name}": "{parts[0]}" and "{parts[1]}" and "{parts[2]}",  # not {table}')
    return "\n" + "\n".join(lines)


def _answers_of_nothing(name, there):
    """What may be answered for a thing that is gone to somebody whose outcome for one that is there is `there`: whoever
    was stopped at the door still is; whoever may see it but not do this is told as little as a stranger."""
    if there == "403":
        return {"403", "404"}
    if there in SHUT:
        return {there}
    if name in ("sign_in_link", "invitation", "alarm", "secrets:drop"):
        return {"410"}
    return {"404", "to"} if name.startswith(("admin:", "admin/")) else {"404"}


@of_each_part
def test_what_is_deleted_answers_as_if_it_were_somebody_elses(world, part):
    """Nobody learns from an answer whether there is, or was, such a thing."""
    browsers, programs, things = world
    gone, wrong = gone_of(things), {}
    for name, route in asked_of(part):
        path = path_of(route, gone)
        if path == path_of(route, things):
            continue
        callers = programs if name.startswith("api:") else browsers
        for role, there in zip(EVERYBODY, TABLE[name].split(), strict=True):
            found = outcome(callers[role].get(path))
            if found not in _answers_of_nothing(name, there):
                wrong[f"{name} as {role}"] = found

    assert wrong == {}


def test_files_host_gives_whoever_has_a_link_its_thing_and_nobody_finds_it_elsewhere(world, settings):
    browsers, _, things = world
    settings.FILES_HOST, settings.ALLOWED_HOSTS = "files.example", ["files.example", "desk.example"]
    path = files_host.link("file", things["file"]).removeprefix(files_host.origin())

    with refusing_writes():
        there = [outcome(browsers[role].get(path, headers={"Host": "files.example"})) for role in ROLES]
        here = [outcome(browsers[role].get(path, headers={"Host": "desk.example"})) for role in EVERYBODY]

    assert [name for name, _ in addresses(files_urls.urlpatterns)] == list(ON_FILES_HOST)
    assert " ".join(there) == ON_FILES_HOST["content"]
    assert set(here) == {"404"}


@of_each_part
def test_writing_is_open_to_those_whom_the_table_names_and_shut_to_all_others(world, part):
    """An empty form is posted: 422 and `to` mean that the person came through the door."""
    browsers, programs, things = world
    wrong = {}
    for name, route in asked_of(part):
        callers = programs if name.startswith("api:") else browsers
        path = path_of(route, things)
        found = " ".join(_posted(callers[role], name, path) for role in EVERYBODY)
        if name not in POST and set(_of_others(name, found)) <= SHUT:
            continue
        if found != TABLE_OF_FORMS.get(name):
            wrong[name] = (found, TABLE_OF_FORMS.get(name))

    assert not wrong, lines_of(wrong)


def _of_others(name, found):
    """In the admin's own pages the administrator may do what its tests say."""
    outcomes = dict(zip(EVERYBODY, found.split(), strict=True))
    if name.startswith(("admin:", "admin/")):
        del outcomes["ada"]
    return outcomes.values()


def _posted(caller, name, path):
    """What an empty form (a plain document to the API) gives; whatever it did is undone."""
    with transaction.atomic():
        session = caller.cookies.copy()
        body = BODIES.get(name)
        response = caller.post(path, body, content_type="application/json") if body else caller.post(path)
        caller.cookies = session
        transaction.set_rollback(True)
    return outcome(response)
