"""Every list costs the same few statements with one row and with three: nothing is asked of the database row by row."""

import hashlib
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Invitation, Team
from helpdesk.accounts.sso.models import IdentityProvider, LogoutNotice, OutsideIdentity, Visit
from helpdesk.journal.actions import record
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Breaker, Gateway, TeamChoice, Wording
from helpdesk.operations.models import Alert, AlertWay, OutsideWatch, Sample, Threshold
from helpdesk.operations.watching.families import known
from helpdesk.search.models import FileText, NothingFound, Rebuild
from helpdesk.webhooks.models import Attempt, Hook
from helpdesk.webhooks.models import Event as HookEvent
from tests.broken_keys import NOW, authority, device, key, server, wish
from tests.browsers import browser_of
from tests.factories import (
    CategoryFactory,
    CustomFieldFactory,
    DirectoryFactory,
    GrantFactory,
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.finding import indexed
from tests.peers.sites import make_site
from tests.programs import Program
from tests.statements import Statements
from tests.vpn_hosts import vpn_host, vpn_session
from tickets.actions.files import NewFile, store_files
from tickets.mail.models import RawMail
from tickets.models import Ticket
from vpn.models import Access, Group, ProfileTemplate, RevocationList

pytestmark = pytest.mark.django_db


def person(turn):
    return UserFactory(name=f"Clara {turn}", organisation=OrganisationFactory()).email


def person_of_list(turn):
    person(turn)
    return f"Clara {turn}"


def person_on_ticket(turn):
    TicketFactory(requester=UserFactory(name=f"Clara {turn}"), team=TeamFactory())
    return f"Clara {turn}"


def organisation(turn):
    return OrganisationFactory(name=f"Shop {turn}").name


def token(turn):
    tokens.issue(user=StaffFactory(), by=None, name=f"phone {turn}")
    return f"phone {turn}"


def vpn_authority(turn):
    return authority(name=f"Authority {turn}").name


def vpn_server(turn):
    return server(name=f"Server {turn}", engine="openvpn", authority=authority()).name


def vpn_group(turn):
    return Group.objects.create(server=server(), name=f"Group {turn}", routes="10.50.0.0/16").name


def vpn_key(turn):
    made = key(device=device(f"anna-pc-{turn}", owner=StaffFactory()), common_name=f"anna-pc-{turn}")
    Access.objects.create(key=made, server=server())
    return made.common_name


def vpn_request(turn):
    return wish(device_name=f"phone-{turn}").device_name


def vpn_list(turn):
    made = RevocationList.objects.create(
        authority=authority(), number=700 + turn, pem="x", issued_at=NOW, next_update=NOW
    )
    return str(made.number)


def vpn_file(turn):
    return ProfileTemplate.objects.create(name=f"file-{turn}", text="x").name


def hook(turn):
    made = Hook.objects.create(name=f"CRM {turn}", owner=StaffFactory(), url="https://crm.example/", events=["x"])
    return made.name


def hook_event(turn):
    made = Hook.objects.create(name=f"CRM {turn}", owner=StaffFactory(), url="https://crm.example/", events=["x"])
    event = HookEvent.objects.create(hook=made, kind="ticket.changed", thread=f"ticket {turn}")
    Attempt.objects.create(event=event, status=200, took_ms=7)
    return f"ticket {turn}"


def team(turn):
    made = TeamFactory(name=f"Queue {turn}")
    made.members.add(StaffFactory())
    return made.name


def entry(turn):
    record(verb=f"seen_{turn}", subject=TicketFactory(), by=StaffFactory())
    return f"seen_{turn}"


def breaker(turn):
    return Breaker.objects.create(route=f"mailbox:{turn}", reason="no connection").route


def mailbox(turn):
    return MailboxFactory(team=TeamFactory()).address


def gateway(turn):
    return Gateway.objects.create(name=f"Pager {turn}", url="json://x.example/{to}", address_label="Number").name


def team_choice(turn):
    return TeamChoice.objects.create(team=TeamFactory(), wanted={"noted": []}).team.name


def wording(turn):
    title = f"News {turn}"
    return Wording.objects.create(occasion="noted", language=f"l{turn}", title=title).title


def delivery(turn):
    letter = Outgoing(Purpose.REPLY, f"clara{turn}@shop.example", person_id=UserFactory().pk, conversation=turn)
    [row] = enqueue(subject=MessageFactory(), outgoing=[letter])
    return row.recipient


def ticket(turn):
    """In every relation that a row may show."""
    requester = UserFactory(organisation=OrganisationFactory())
    made = TicketFactory(requester=requester, subject=f"Basket {turn}", team=TeamFactory(), assignee=StaffFactory())
    message = MessageFactory(ticket=made, text="The basket is empty")
    indexed(message)
    store_files(message=message, files=[NewFile("basket.txt", b"empty", "text/plain")], by=requester)
    ParticipantFactory(ticket=made)
    return made.subject


def found_ticket(turn):
    """What was looked for is marked in its subject: its number stands there whole."""
    return f">{Ticket.objects.get(subject=ticket(turn)).number}<"


def raw_mail(turn):
    content = b"Subject: basket %d\r\n\r\n" % turn
    digest = hashlib.sha256(content).hexdigest()
    findings = {"subject": f"Basket {turn}"}
    RawMail.objects.create(
        source="file", content=content, size=9, sha256=digest, mailbox=MailboxFactory(), findings=findings
    )
    return f"Basket {turn}"


def invitation(turn):
    address = f"colleague{turn}@helpdesk.example"
    facts = {"role": Role.AGENT, "digest": str(turn), "expires_at": timezone.now(), "invited_by": StaffFactory()}
    return Invitation.objects.create(address=address, **facts).address


def task(turn):
    every = IntervalSchedule.objects.create(every=turn + 1, period="seconds")
    return PeriodicTask.objects.create(name=f"sweep {turn}", task="sweep", interval=every).name


def category(turn):
    return CategoryFactory(key=f"hosting-{turn}", team=TeamFactory()).key


def custom_field(turn):
    made = CustomFieldFactory(key=f"domain_{turn}", categories=[CategoryFactory()])
    return made.key


def directory(turn):
    return DirectoryFactory(name=f"Corp {turn}").name


def directory_person(turn):
    person = StaffFactory(name=f"Paula {turn}")
    corp = DirectoryFactory(name=f"Corp {turn}")
    return DirectoryPerson.objects.create(directory=corp, user=person, uid="1", dn="uid=paula").user.name


def sync_run(turn):
    return SyncRun.objects.create(directory=DirectoryFactory(name=f"Corp {turn}")).directory.name


def site(turn):
    make_site(f"Wiki {turn}")
    return f"Wiki {turn}"


def provider(turn):
    return IdentityProvider.objects.create(name=f"Works {turn}", slug=f"works-{turn}").name


def outside_identity(turn):
    person = StaffFactory(name=f"Paula {turn}")
    works = IdentityProvider.objects.create(name=f"Works {turn}", slug=f"works-{turn}")
    OutsideIdentity.objects.create(provider=works, subject=f"there-{turn}", user=person)
    return person.name


def logout_notice(turn):
    wiki, _secret = make_site(f"Wiki {turn}")
    facts = {"session_key": str(turn), "password_mark": "x", "entered_at": timezone.now()}
    LogoutNotice.objects.create(visit=Visit.objects.create(user=StaffFactory(), site=wiki, **facts))
    return f"Wiki {turn}"


SERIES = (("disk:data", "Disk: data"), ("celery:mail", "Bells for workers: mail"), ("database", "Size of the database"))


def sample(turn):
    series, label = SERIES[turn]
    at = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    Sample.objects.create(series=series, at=at, level=12.0)
    return label


def threshold(turn):
    family = SERIES[turn][0].partition(":")[0]
    limit = Threshold.objects.create(family=family, measure="level", limit=100, ends_at=10)
    return str(known(limit.family).label)


def alert(turn):
    limit = Threshold.objects.create(family=SERIES[turn][0], measure="level", limit=10, ends_at=1)
    ada = StaffFactory(role=Role.ADMINISTRATOR, name=f"Ada {turn}")
    fields = {"acknowledged_at": timezone.now(), "acknowledged_by": ada}
    Alert.objects.create(threshold=limit, series=SERIES[turn][0], value=20, worst=30, **fields)
    return ada.name


def alert_way(turn):
    return AlertWay.objects.create(name=f"Way {turn}", mailbox=MailboxFactory()).name


def outside_watch(turn):
    return OutsideWatch.objects.create(name=f"Outside {turn}", url="https://watch.example/desk").name


def nothing_found(turn):
    return NothingFound.objects.create(words=f"zebra {turn}").words


def rebuild(turn):
    return Rebuild.objects.create(source=f"messages {turn}").source


def file_text(turn):
    return FileText.objects.create(name=str(turn), filename=f"{turn}.pdf", content_type="text/plain", size=1).filename


def template(turn):
    return TemplateFactory(name=f"Thanks {turn}", audience="everybody").name


def role_with_people(turn):
    StaffFactory(role=Role.SALES)
    return str(list(Role)[turn].label)


ADMIN_LISTS: dict[str, tuple[Callable[[int], str], int]] = {
    "accounts.ApiToken": (token, 4),
    "accounts.ContactPoint": (person, 4),
    "accounts.Invitation": (invitation, 4),
    "accounts.Organisation": (organisation, 4),
    "accounts.RoleRule": (role_with_people, 4),
    "accounts.Team": (team, 4),
    "accounts.User": (person, 4),
    "directory.Directory": (directory, 4),
    "directory.DirectoryPerson": (directory_person, 5),
    "directory.SyncRun": (sync_run, 5),
    "django_celery_beat.PeriodicTask": (task, 4),
    "journal.Entry": (entry, 4),
    "mail.Mailbox": (mailbox, 4),
    "mail.RawMail": (raw_mail, 5),
    "notifications.Breaker": (breaker, 4),
    "notifications.Delivery": (delivery, 3),
    "operations.Alert": (alert, 3),
    "operations.AlertWay": (alert_way, 4),
    "operations.OutsideWatch": (outside_watch, 4),
    "operations.Sample": (sample, 7),
    "operations.Threshold": (threshold, 4),
    "search.NothingFound": (nothing_found, 4),
    "search.Rebuild": (rebuild, 4),
    "search.FileText": (file_text, 3),
    "notifications.Gateway": (gateway, 4),
    "notifications.TeamChoice": (team_choice, 4),
    "notifications.Wording": (wording, 4),
    "sso.IdentityProvider": (provider, 4),
    "sso.LogoutNotice": (logout_notice, 4),
    "sso.OutsideIdentity": (outside_identity, 5),
    "sso.Site": (site, 4),
    "vpn.Authority": (vpn_authority, 4),
    "vpn.Key": (vpn_key, 7),
    "vpn.KeyRequest": (vpn_request, 5),
    "vpn.ProfileTemplate": (vpn_file, 4),
    "vpn.RevocationList": (vpn_list, 5),
    "vpn.Server": (vpn_server, 4),
    "webhooks.Event": (hook_event, 5),
    "webhooks.Hook": (hook, 4),
    "vpn.Group": (vpn_group, 5),
    "vpn.Host": (lambda turn: vpn_host().server.name, 4),
    "vpn.Session": (lambda turn: vpn_session(turn).name, 4),
    "tickets.Category": (category, 4),
    "tickets.CustomField": (custom_field, 5),
    "tickets.Ticket": (ticket, 4),
}
LISTS = [
    ("desk:tickets", "?view=all", ticket, Role.AGENT, 4),
    ("desk:tickets", "?view=all", ticket, Role.CONTRACTOR, 4),
    ("desk:search", "?q=basket", found_ticket, Role.AGENT, 11),
    ("desk:search", "?q=basket", found_ticket, Role.CONTRACTOR, 11),
    ("people:people", "", person_of_list, Role.AGENT, 4),
    ("people:people", "?q=clara", person_of_list, Role.AGENT, 4),
    ("people:people", "", person_on_ticket, Role.CONTRACTOR, 4),
    ("people:organisations", "", organisation, Role.AGENT, 4),
    ("desk:templates", "", template, Role.AGENT, 4),
    ("desk:journal", "", entry, Role.ADMINISTRATOR, 5),
    ("desk:journal", "?thing=ticket&from=2020-01-01&to=2099-01-01&door=command", entry, Role.ADMINISTRATOR, 5),
    ("api:tickets", "", ticket, Role.AGENT, 2),
    ("api:tickets", "", ticket, Role.CONTRACTOR, 2),
    ("api:search", "?q=basket", ticket, Role.AGENT, 8),
    ("api:search", "?q=basket", ticket, Role.CONTRACTOR, 10),
    ("api:organisations", "", organisation, Role.AGENT, 2),
    ("api:customers", "", person, Role.AGENT, 3),
    ("api:raw_mails", "", raw_mail, Role.ADMINISTRATOR, 2),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("label", sorted(ADMIN_LISTS))
def test_list_of_the_admin_when_it_has_some_rows_then_takes_these_statements(label, rows):
    make, statements = ADMIN_LISTS[label]
    url = reverse(f"admin:{label.lower().replace('.', '_')}_changelist")

    ran, shown = read(browser_of(StaffFactory(role=Role.ADMINISTRATOR)), url, [make(turn) for turn in range(rows)])

    assert (shown, ran.count) == (rows, statements), str(ran)


def test_every_list_of_the_admin_is_counted_here():
    assert set(ADMIN_LISTS) == {model._meta.label for model in admin.site._registry}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "query", "make", "role", "statements"), LISTS, ids=[f"{name}-{role}" for name, _, _, role, _ in LISTS]
)
def test_list_when_it_has_some_rows_then_takes_these_statements(name, query, make, role, statements, rows):
    reader = StaffFactory(role=role)
    caller = Program(reader) if name.startswith("api:") else browser_of(reader)
    words = [make(turn) for turn in range(rows)]
    for queue in Team.objects.order_by("pk"):
        GrantFactory(contractor=reader, team=queue)

    ran, shown = read(caller, reverse(name) + query, words)

    assert (shown, ran.count) == (rows, statements), str(ran)


def read(caller, url, words):
    """The statements of the second request, when content types are known, and how many of the words its page has."""
    caller.get(url)
    with Statements(connection) as ran:
        response = caller.get(url)
    page = response.content.decode()
    return ran, sum(word in page for word in words)
