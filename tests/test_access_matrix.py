"""Every address × every role: who gets what, literally.

A new address needs a line in `tests/access_table.py`; without one the first test below fails and names it. Outcomes are
seen on things that belong to Clara: she is their requester, Mia is the manager of her organisation, Sergei belongs to
another, Oleg is a contractor without a grant. GET is tried with a database that refuses to write.
"""

import re
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from django.utils import timezone

from helpdesk.accounts.actions import links
from helpdesk.accounts.actions.invitations import invite
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Export, Import, Merger, Note
from helpdesk.accounts.signals import person_invited
from helpdesk.core import files_host, files_urls
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.choices import unsubscribe_headers
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Breaker
from helpdesk.work.models import Job
from tests import single_sign_on
from tests.access_table import (
    ADMIN_MODELS,
    ADMIN_VIEWS,
    AS_ANNA,
    GET,
    ON_FILES_HOST,
    POST,
    POST_UNLIKE_ANNA,
    ROLES,
    UNLIKE_ANNA,
)
from tests.browser.not_walked import NOT_WALKED
from tests.browser.pages import ADMIN, PAGES
from tests.browsers import browser_of
from tests.database import refusing_writes
from tests.factories import (
    CategoryFactory,
    CustomFieldFactory,
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    SavedViewFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.programs import Program
from tests.signing_in import of_signing_in
from tickets.actions import exporting
from tickets.actions.files import NewFile, store_files
from tickets.actions.rating import token_of
from tickets.enums import Audience, Status
from tickets.mail.models import RawMail
from tickets.models import BulkChange, KeptDraft, Survey, TicketLink

SHUT = {"in", "401", "403", "404", "405"}
"""What a POST may be answered with where the table names none."""


def addresses(patterns=None, namespace="", route=""):
    """(name, route) of every pattern of the program; an unnamed one is named by its route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inside, here)
        else:
            yield (f"{namespace}{pattern.name}" if pattern.name else here), here


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
EVERYBODY = (*ROLES, *AS_ANNA)


def whole(rows, unlike):
    """The rows with a column for each of EVERYBODY."""
    anna = ROLES.index("anna")
    return {
        name: f"{outcomes} {unlike.get(name) or ' '.join([outcomes.split()[anna]] * len(AS_ANNA))}"
        for name, outcomes in rows.items()
    }


TABLE = whole(GET | admin_rows(), UNLIKE_ANNA)
TABLE_OF_FORMS = whole(POST, POST_UNLIKE_ANNA)


@contextmanager
def listening(signal):
    """The secrets that were sent by the signal inside the block."""
    secrets = []

    def listen(secret, **facts):
        secrets.append(secret)

    signal.connect(listen)
    yield secrets
    signal.disconnect(listen)


def of_the_cabinet(clara, mia, team):
    """What Clara, and her manager Mia, have under way there."""
    with listening(person_invited) as secrets:
        invitation = invite(by=mia, address="new@shop.example", name="", is_manager=False, from_address="::1")
    export = exporting.ask(person=clara, by=clara)
    exporting.make(export=export)
    solved = TicketFactory(requester=clara, team=team, status=Status.RESOLVED)
    survey = Survey.objects.create(ticket=solved, resolved_at=solved.resolved_at)
    return {
        "own_data": export.pk,
        "invitation": invitation.pk,
        "invited": secrets[0],
        "subscription": unsubscribe_headers(clara, "surveys")[0][1].rsplit("/", 2)[1],
        "survey": token_of(survey),
    }


def _people(shop, other):
    """Whoever knocks."""
    return {
        "anonymous": None,
        "clara": UserFactory(name="Clara", email="clara@shop.example", organisation=shop),
        "mia": UserFactory(name="Mia", organisation=shop, role=Role.CUSTOMER_MANAGER),
        "sergei": UserFactory(name="Sergei", organisation=other, role=Role.CUSTOMER_MANAGER),
        "oleg": StaffFactory(name="Oleg", role=Role.CONTRACTOR),
        "anna": StaffFactory(name="Anna"),
        "marta": StaffFactory(name="Marta", role=Role.ACCOUNTANT),
        "ada": StaffFactory(name="Ada", role=Role.ADMINISTRATOR),
        "lena": StaffFactory(name="Lena", role=Role.LINE_LEAD),
        "pavel": StaffFactory(name="Pavel", role=Role.PROJECT_MANAGER),
        "sonya": StaffFactory(name="Sonya", role=Role.SALES),
    }


@pytest.fixture
def world(db):
    """One of everything, Clara's."""
    shop, other = OrganisationFactory(name="Shop"), OrganisationFactory(name="Other")
    people = _people(shop, other)
    clara = people["clara"]
    team = TeamFactory()
    ticket = TicketFactory(requester=clara, team=team)
    message = MessageFactory(ticket=ticket)
    (file,) = store_files(message=message, files=[NewFile("a.txt", b"a", "text/plain")], by=None)
    guest = ParticipantFactory(ticket=ticket, user=UserFactory(organisation=shop))
    link = TicketLink.objects.create(source=ticket, target=TicketFactory(), kind="related", made_by=people["anna"])
    mailbox = MailboxFactory()
    raw = RawMail.objects.create(
        source="file", content=b"Subject: x\r\n\r\n", size=14, sha256="0" * 64, mailbox=mailbox
    )
    (delivery,) = enqueue(subject=message, outgoing=[Outgoing(purpose=Purpose.REPLY, recipient="clara@shop.example")])
    breaker = Breaker.objects.create(route="site")
    record(verb="seen", subject=ticket, by=None)
    things = {
        "number": ticket.number,
        "message": message.pk,
        "file": file.pk,
        "guest": guest.pk,
        "link": link.pk,
        **of_the_cabinet(clara, people["mia"], team),
        "secret": links.issue(user=clara, address=clara.email),
        **of_signing_in(clara, people["ada"]),
        "clara": clara.pk,
        "organisation": shop.pk,
        "team": team.pk,
        "mailbox": mailbox.pk,
        "view": SavedViewFactory(owner=people["anna"], audience=Audience.EVERYBODY).pk,
        "template": TemplateFactory(owner=people["anna"], audience=Audience.EVERYBODY).pk,
        "planned": _planned(ticket, people["anna"]),
        "job": Job.objects.create(owner=people["ada"], kind="journal").pk,
        "change": BulkChange.objects.create(by=people["anna"], key=UUID(int=7), verb="assigned").pk,
        "raw": raw.pk,
        "delivery": delivery.pk,
        "breaker": breaker.pk,
        "entry": Entry.objects.latest("pk").pk,
        "ticket": ticket.pk,
        "field": (field := CustomFieldFactory(categories=[CategoryFactory()])).pk,
        "category": field.categories.get().pk,
        "point": clara.contact_points.get().pk,
        "kind": "reply",
        **single_sign_on.of_single_sign_on(clara),
        **_of_the_address_book(clara, StaffFactory(role=Role.LINE_LEAD)),
        "token": None,
        "task": None,
    }
    programs = {name: Program(person) if person else Client() for name, person in people.items()}
    things["token"] = clara.api_tokens.get().pk
    things["task"] = _periodic_task()
    browsers = {name: browser_of(person) if person else Client() for name, person in people.items()}
    return browsers, programs, things


def _planned(ticket, anna):
    tomorrow = timezone.now() + timedelta(days=1)
    return KeptDraft.objects.create(ticket=ticket, author=anna, kind="reply", text="Later", send_at=tomorrow).pk


def _of_the_address_book(clara, lena):
    """Clara's merger and note; Lena's import and export, which are hers alone."""
    before = {"active": True, "organisation": None, "given": None}
    merged = UserFactory(is_active=False)
    return {
        "merger": Merger.objects.create(survivor=clara, merged=merged, merged_by=lena, before=before).pk,
        "note": Note.objects.create(person=clara, author=lena, text="Phones on Mondays").pk,
        "source": Import.objects.create(by=lena, format="csv", filename="people.csv", header=["E-mail"]).pk,
        "export": Export.objects.create(by=lena, format="csv").pk,
    }


def _periodic_task():
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    every = IntervalSchedule.objects.create(every=30, period="seconds")
    return PeriodicTask.objects.create(name="sweep", task="sweep", interval=every).pk


PARAMETERS = {
    "<int:number>": "number",
    "<number>": "number",
    "<uuid:pk>": "file",
    "<str:secret>": "secret",
    "<str:token>": "survey",
    "<slug:kind>": "kind",
    "<slug:slug>": "slug",
}
OWNERS = {
    "cabinet/me/data/export/": "own_data",
    "cabinet/people/": "clara",
    "cabinet/invitations/": "invitation",
    "desk/messages/": "message",
    "desk/views/": "view",
    "desk/templates/": "template",
    "desk/changes/": "change",
    "desk/planned/": "planned",
    "desk/work/": "job",
    "/participants/": "guest",
    "/watchers/": "guest",
    "/relations/": "link",
    **single_sign_on.OWNERS,
    "accounts/security/passkeys/": "passkey",
    "accounts/security/sessions/": "session",
    "admin/accounts/invitation/": "colleague",
    "admin/accounts/user/": "clara",
    "admin/accounts/apitoken/": "token",
    "admin/accounts/organisation/": "organisation",
    "admin/accounts/team/": "team",
    "admin/accounts/contactpoint/": "point",
    "admin/mail/mailbox/": "mailbox",
    "desk/people/imports/": "source",
    "desk/people/exports/": "export",
    "desk/people/<": "clara",
    "desk/contacts/": "point",
    "desk/mergers/": "merger",
    "desk/customer-notes/": "note",
    "desk/organisations/": "organisation",
    "admin/mail/rawmail/": "raw",
    "admin/notifications/delivery/": "delivery",
    "admin/notifications/breaker/": "breaker",
    "admin/journal/entry/": "entry",
    "admin/tickets/category/": "category",
    "admin/tickets/customfield/": "field",
    "admin/tickets/ticket/": "ticket",
    "admin/django_celery_beat/periodictask/": "task",
    "api/v1/attachments/": "file",
    "api/v1/organisations/": "organisation",
    "api/v1/customers/": "clara",
    "api/v1/raw-mails/": "raw",
}
WHOLE = {
    "admin/^(?P<app_label>journal|accounts|sso|notifications|tickets|mail|django_celery_beat)/$": "/admin/accounts/",
    "admin/(?P<url>.*)$": "/admin/nothing/",
    "admin/r/<path:content_type_id>/<path:object_id>/": "/admin/r/0/0/",
    "^api/": "/api/nothing/",
}


def path_of(route, things):
    """The address of Clara's thing; fails for a parameter that nobody said the value of."""
    if route in WHOLE:
        return WHOLE[route]
    path = "events/?ticket=<int:number>" if route == "events/" else route
    path = path.replace("unsubscribe/<str:token>", f"unsubscribe/{things['subscription']}")
    path = path.replace("alarm/<str:token>", f"alarm/{things['alarm']}")
    path = path.replace("invitation/<str:secret>", f"invitation/{things['invited']}")
    if route.endswith(("/metadata/", "/acs/", "/arrival/")):
        path = path.replace("<slug:slug>", str(things["saml"]))
    for parameter, thing in PARAMETERS.items():
        path = path.replace(parameter, str(things[thing]))
    if "<" in path:
        (owner,) = [thing for part, thing in OWNERS.items() if part in route]
        for parameter in ("<int:pk>", "<pk>", "<path:object_id>"):
            path = path.replace(parameter, str(things[owner]))
        path = path.replace("<str:what>", "proof")
    assert "<" not in path, f"Say in tests/test_access_matrix.py which thing stands for the parameter of {route}"
    return f"/{path}"


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
    assert set(UNLIKE_ANNA) <= known
    assert set(POST_UNLIKE_ANNA) <= set(POST)


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


def test_reading_gives_everybody_exactly_what_is_theirs(world):
    browsers, programs, things = world
    found, expected = {}, {}
    for name, route in addresses():
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
}
"""What an address is asked for when the thing is gone; by number or key otherwise."""
GONE_NUMBER = 987_654_321


def _gone(things):
    return {
        name: GONE.get(name) or (UUID(int=GONE_NUMBER) if isinstance(key, UUID) else GONE_NUMBER)
        for name, key in things.items()
    }


def lines_of(wrong):
    """The lines as they would have to be; the last three columns stand in a table of their own."""
    lines = []
    for name, (now, table) in wrong.items():
        outcomes = now.split()
        mine, as_anna = " ".join(outcomes[: len(ROLES)]), " ".join(outcomes[len(ROLES) :])
        lines.append(f'    "{name}": "{mine}" and "{as_anna}",  # not {table}')
    return "\n" + "\n".join(lines)


def _answers_of_nothing(name, there):
    """What may be answered for a thing that is gone to somebody whose outcome for one that is there is `there`: whoever
    was stopped at the door still is; whoever may see it but not do this is told as little as a stranger."""
    if there == "403":
        return {"403", "404"}
    if there in SHUT:
        return {there}
    if name in ("sign_in_link", "invitation", "alarm"):
        return {"410"}
    return {"404", "to"} if name.startswith(("admin:", "admin/")) else {"404"}


def test_what_is_deleted_answers_as_if_it_were_somebody_elses(world):
    """Nobody learns from an answer whether there is, or was, such a thing."""
    browsers, programs, things = world
    gone, wrong = _gone(things), {}
    for name, route in addresses():
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


def test_writing_is_open_to_those_whom_the_table_names_and_shut_to_all_others(world):
    """An empty form is posted: 422 and `to` mean that the person came through the door."""
    browsers, programs, things = world
    wrong = {}
    for name, route in addresses():
        callers = programs if name.startswith("api:") else browsers
        path = path_of(route, things)
        found = " ".join(_posted(callers[role], name, path) for role in EVERYBODY)
        if name not in POST and set(_of_others(name, found)) <= SHUT:
            continue
        if found != TABLE_OF_FORMS.get(name):
            wrong[name] = (found, TABLE_OF_FORMS.get(name))

    assert not wrong, lines_of(wrong)


BODIES = {
    "api:tickets": {"subject": "Hello", "text": "Hello"},
    "api:replies": {"text": "Hello"},
    "api:notes": {"text": "Hello"},
}


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
