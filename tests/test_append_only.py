"""What is only ever added to: the journal and the histories, which the database lets nobody change."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule, Team, User
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from tests.factories import (
    CategoryFactory,
    CustomFieldFactory,
    DirectoryFactory,
    GrantFactory,
    GroupRuleFactory,
    MailboxFactory,
    OrganisationFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tests.servers import OWNS_NOTHING
from tests.vpn.hosting.makers import an_entry, granted, put
from tickets.enums import Status
from tickets.mail.models import Mailbox
from tickets.models import Ticket
from vpn.hosting.models import Entry as VaultEntry
from vpn.hosting.models import Secret

pytestmark = pytest.mark.django_db
OURS = (
    "accounts",
    "directory",
    "sso",
    "journal",
    "notifications",
    "search",
    "work",
    "webhooks",
    "tickets",
    "mail",
    "operations",
    "vpn",
    "hosting",
)


def _models_of(label):
    return apps.get_app_config(label).get_models()


HISTORIES = sorted(
    (model for label in OURS for model in _models_of(label) if hasattr(model, "pgh_created_at")),
    key=lambda model: model._meta.label,
)


def _lines(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal_entry SET verb = 'nothing'", "DELETE FROM journal_entry", "TRUNCATE journal_entry"],
)
def test_journal_when_somebody_would_change_it_then_the_database_refuses(statement):
    record(verb="ticket_closed", subject=UserFactory(), by=None)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Entry.objects.get().verb == "ticket_closed"


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: Entry.objects.filter(pk=entry.pk).update(verb="nothing"),
        lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: Entry.objects.bulk_update([entry], ["verb"]),
    ],
    ids=["update", "delete", "save", "delete-one", "bulk-update"],
)
def test_journal_when_the_program_itself_would_change_it_then_the_database_refuses(change):
    record(verb="ticket_closed", subject=UserFactory(), by=None)
    entry = Entry.objects.get()
    entry.verb = "nothing"

    with pytest.raises(DatabaseError, match="journal_entry"), transaction.atomic():
        change(entry)

    assert Entry.objects.get().verb == "ticket_closed"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET verb = 'nothing'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
def test_journal_when_a_role_that_owns_nothing_would_change_it_then_the_database_refuses(statement):
    """The program may run as a role with the rights to read and write every table; that is not enough either."""
    record(verb="ticket_closed", subject=UserFactory(), by=None)

    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNS_NOTHING])
        if not cursor.fetchall():
            cursor.execute(f"CREATE ROLE {OWNS_NOTHING} NOLOGIN")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {OWNS_NOTHING}")
        cursor.execute(f"SET LOCAL ROLE {OWNS_NOTHING}")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("RESET ROLE")

    assert Entry.objects.get().verb == "ticket_closed"


def test_rows_of_configuration_and_tickets_have_a_history():
    assert [model._meta.label for model in HISTORIES] == [
        "accounts.GrantEvent",
        "accounts.OrganisationEvent",
        "accounts.RoleRuleEvent",
        "accounts.TeamEvent",
        "accounts.UserEvent",
        "directory.DirectoryEvent",
        "directory.GroupRuleEvent",
        "hosting.EntryEvent",
        "hosting.GrantEvent",
        "hosting.SecretEvent",
        "mail.MailboxEvent",
        "tickets.CategoryEvent",
        "tickets.CustomFieldEvent",
        "tickets.TicketEvent",
    ]


def _entry():
    return an_entry(OrganisationFactory(), StaffFactory(role=Role.LINE_LEAD))


def _secret():
    return put(_entry(), StaffFactory(role=Role.LINE_LEAD))


def _grant():
    return granted(_entry(), StaffFactory(role=Role.CONTRACTOR), StaffFactory(role=Role.LINE_LEAD))


def _changed(model):
    """A row of the history's model, made and changed once."""
    makers = {
        "accounts.GrantEvent": (GrantFactory, {"team": TeamFactory}),
        "accounts.OrganisationEvent": (OrganisationFactory, {"notes": lambda: "Pays late."}),
        "accounts.RoleRuleEvent": (lambda: RoleRule.objects.first(), {"requires_mfa": lambda: True}),
        "accounts.TeamEvent": (TeamFactory, {"name": lambda: "Shops"}),
        "accounts.UserEvent": (UserFactory, {"notes": lambda: "Calls rather than writes."}),
        "directory.DirectoryEvent": (DirectoryFactory, {"sync_minutes": lambda: 7}),
        "directory.GroupRuleEvent": (GroupRuleFactory, {"priority": lambda: 7}),
        "hosting.EntryEvent": (_entry, {"host": lambda: "web2.shop.example"}),
        "hosting.GrantEvent": (_grant, {"ended_at": timezone.now}),
        "hosting.SecretEvent": (_secret, {"changed_at": timezone.now}),
        "mail.MailboxEvent": (MailboxFactory, {"signature": lambda: "Regards"}),
        "tickets.CategoryEvent": (CategoryFactory, {"position": lambda: 3}),
        "tickets.CustomFieldEvent": (CustomFieldFactory, {"position": lambda: 3}),
        "tickets.TicketEvent": (TicketFactory, {"priority": lambda: 3}),
    }
    make, changes = makers[model._meta.label]
    row = make()
    type(row).objects.filter(pk=row.pk).update(**{name: value() for name, value in changes.items()})
    return row


@pytest.mark.parametrize("history", HISTORIES, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'nothing'", "DELETE FROM {}"])
def test_history_when_somebody_would_change_it_then_the_database_refuses(history, statement):
    _changed(history)
    table = history._meta.db_table
    before = _lines(table)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))

    assert before >= 1
    assert _lines(table) == before


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"status": Status.WAITING}, 1),
        ({"priority": 3}, 1),
        ({"subject": "Another"}, 1),
        ({"snippet": "What was said last"}, 0),
        ({"active_at": datetime(2027, 1, 1, tzinfo=UTC)}, 0),
        ({"status": Status.OPEN}, 0),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else str(value),
)
def test_history_of_a_ticket_holds_what_people_change_and_only_that(change, kept):
    made = TicketFactory(status=Status.OPEN)
    Ticket.objects.filter(pk=made.pk).update(**change)

    assert _lines("tickets_ticketevent") == kept


@pytest.mark.parametrize(
    ("model", "secret"),
    [
        (User, "password"),
        (Mailbox, "in_password"),
        (Mailbox, "out_password"),
        (Secret, "value"),
        (VaultEntry, "notes"),
    ],
)
def test_history_holds_no_secret(model, secret):
    history = next(each for each in HISTORIES if each._meta.label == f"{model._meta.label}Event")

    assert secret in {field.name for field in model._meta.get_fields()}
    assert secret not in {field.name for field in history._meta.get_fields()}


def test_team_of_a_former_colleague_keeps_its_history_when_the_team_is_gone():
    team = TeamFactory(name="Shops")
    Team.objects.filter(pk=team.pk).delete()

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_teamevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [team.pk])
        names = [name for (name,) in cursor.fetchall()]

    assert names == ["Shops"]
