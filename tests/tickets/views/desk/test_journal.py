"""The journal at the desk: read by auditors, narrowed by words, taken along as a file."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from helpdesk.accounts.actions import links, passwords, tokens
from helpdesk.accounts.enums import Role
from helpdesk.core.context import acting_from
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from helpdesk.work.actions import doing
from helpdesk.work.enums import JobState
from helpdesk.work.models import Job
from tests.browsers import browser_of
from tests.factories import MailboxFactory, OrganisationFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, applied, shown
from tests.statements import at_most
from tickets.actions import assignment, status
from tickets.views.desk import journal as page

pytestmark = pytest.mark.django_db
URL = "/desk/journal/"
CSV = "/desk/journal/csv/"


@pytest.fixture
def ada():
    return StaffFactory(name="Ada Byron", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return browser_of(ada)


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


def lines(response):
    """The verbs of the lines on a page, latest first."""
    return [line.verb for line in response.context["lines"]]


def rows(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def at(moment, **fields):
    """A line of another time: the journal itself takes none but that of its writing."""
    subject = TicketFactory()
    record(verb="assigned", subject=subject, by=None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE journal_entry SET at = %s WHERE subject_id = %s", [moment, subject.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return str(subject.number)


def test_line_says_who_did_what_to_which_thing_what_was_and_is_and_from_where(browser, anna):
    ticket = TicketFactory(subject="Basket", status="open")
    with acting_from("desk", address="192.0.2.1", request_id="one-request"):
        status.change_status(ticket=ticket, by=anna, status="on_hold")

    response = browser.get(URL)

    [line] = response.context["lines"]
    assert (line.who, line.what, line.kind, line.thing) == (
        "Anna",
        "changed the status",
        "Ticket",
        f"{ticket.number} Basket",
    )
    assert [(change.before, change.after) for change in line.changes] == [("Open", "On hold")]
    assert (line.url, line.door, line.address) == (f"/desk/tickets/{ticket.number}/", "Desk", "192.0.2.1")
    content = response.content.decode()
    assert "one-request" in content
    assert "&quot;before&quot;: &quot;open&quot;" in content


def test_line_is_told_in_the_readers_language(anna):
    ada = StaffFactory(role=Role.ADMINISTRATOR, language="ru")
    status.change_status(ticket=TicketFactory(status="open"), by=anna, status="on_hold")

    [line] = browser_of(ada).get(URL).context["lines"]

    assert line.what == "статус изменён"
    assert line.changes[0].before != "Open"


def test_choice_of_a_field_is_told_by_its_label(browser, ada):
    record(verb="changed", subject=MailboxFactory(), by=ada, before={"protocol": "none"}, after={"protocol": "pop3"})

    [line] = browser.get(URL).context["lines"]

    assert [(each.before, each.after) for each in line.changes] == [("SMTP inlet or files only", "POP3")]


def test_keys_in_facts_are_told_by_name(browser, anna, ada):
    ticket, line_two = TicketFactory(assignee=anna), TeamFactory(name="Line 2")
    assignment.assign(ticket=ticket, by=ada, assignee=ada)
    organisation = OrganisationFactory(name="Shop")
    record(
        verb="user_changed",
        subject=anna,
        by=ada,
        before={"organisation": None, "is_active": True},
        after={"organisation": organisation.pk, "is_active": False},
    )
    record(verb="grants_changed", subject=anna, by=ada, before=[], after=[line_two.pk])

    granted, changed, assigned = browser.get(URL).context["lines"]

    assert [(change.name, change.before, change.after) for change in assigned.changes] == [("", "Anna", "Ada Byron")]
    assert [(change.name, change.before, change.after) for change in changed.changes] == [
        ("active", "yes", "no"),
        ("organisation", "–", "Shop"),
    ]
    assert [change.after for change in granted.changes] == ["Line 2"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["token_revoked", "noted", "assigned"]),
        ("who=anna@helpdesk.example", ["assigned"]),
        ("who=program", ["token_revoked"]),
        ("what=noted", ["noted"]),
        ("thing=ticket", ["noted", "assigned"]),
        ("thing=person", ["token_revoked"]),
        ("number=4711", ["noted"]),
        ("thing=ticket&number=4711", ["noted"]),
        ("thing=ticket&number=99999999", []),
        ("door=api", ["noted"]),
        ("address=192.0.2.7", ["noted"]),
        ("address=2001:db8::1", []),
        ("request=r-2", ["noted"]),
        ("request=r-3", []),
        ("door=desk&who=anna@helpdesk.example&what=assigned&thing=ticket", ["assigned"]),
        ("from=2020-01-01&to=2099-01-01&what=noted", ["noted"]),
        ("to=2020-01-01", []),
        ("from=2099-01-01", []),
    ],
)
def test_journal_is_narrowed_by_each_word_and_by_several(browser, anna, ada, words, found):
    ticket = TicketFactory()
    type(ticket).objects.filter(pk=ticket.pk).update(number=4711)
    with acting_from("desk"):
        record(verb="assigned", subject=TicketFactory(), by=anna)
    with acting_from("api", address="192.0.2.7", request_id="r-2"):
        record(verb="noted", subject=ticket, by=ada)
    record(verb="token_revoked", subject=anna, by=None)

    assert lines(browser.get(f"{URL}?{words}")) == found


@pytest.mark.parametrize(
    "word",
    [
        "who=nobody@nowhere.example",
        "what=nothing",
        "what=a' OR 1=1 --",
        "thing=nothing",
        "number=x",
        "number=99999999999999999999",
        "from=yesterday",
        "to=9999-12-31",
        "door=window",
        "address=10.0.0.0/8",
        "request=a%20b",
        "who=%00",
    ],
)
def test_word_that_means_nothing_is_left_out_and_said(browser, anna, word):
    record(verb="assigned", subject=anna, by=anna)

    response = browser.get(f"{URL}?{word}")

    assert lines(response) == ["assigned"]
    assert response.context["not_understood"] == ("" if "%00" in word else word.partition("=")[0])


def test_days_are_the_readers(anna):
    before, after = at(datetime(2026, 3, 4, 20, 59, tzinfo=UTC)), at(datetime(2026, 3, 4, 21, 1, tzinfo=UTC))
    ada = StaffFactory(role=Role.ADMINISTRATOR, time_zone="Europe/Moscow")

    def numbers(words):
        return [line.thing.split()[0] for line in browser_of(ada).get(f"{URL}?{words}").context["lines"]]

    assert numbers("from=2026-03-05&to=2026-03-05") == [after]
    assert numbers("from=2026-03-04&to=2026-03-04") == [before]
    assert numbers("from=2026-03-04&to=2026-03-05") == [after, before]


def test_filter_is_written_into_the_address_as_understood(browser, anna):
    record(verb="assigned", subject=anna, by=anna)

    response = browser.get(f"{URL}?who=&what=assigned&thing=person&number=&from=&to=&door=&address=", headers=HTMX)

    assert response["HX-Push-Url"] == f"{URL}?what=assigned&thing=person"


def test_pages_follow_each_other_and_come_back(browser, anna, monkeypatch):
    monkeypatch.setattr(page, "ROWS", 2)
    keys = []
    for _ in range(5):
        record(verb="noted", subject=TicketFactory(), by=anna)
        keys.append(Entry.objects.latest("pk").pk)
    keys.reverse()

    def at_page(url):
        response = browser.get(url)
        return [line.key for line in response.context["lines"]], response.context

    first, one = at_page(f"{URL}?what=noted")
    second, two = at_page(one["older_url"])
    third, three = at_page(two["older_url"])
    again, _ = at_page(three["newer_url"])

    assert (first, second, third, again) == (keys[:2], keys[2:4], keys[4:], keys[2:4])
    assert (one["newer_url"], three["older_url"]) == ("", "")
    assert "what=noted" in two["older_url"]


def test_fragment_equals_a_reload(browser, anna):
    record(verb="assigned", subject=TicketFactory(), by=anna)
    record(verb="noted", subject=TicketFactory(), by=anna)
    before = browser.get(URL).content.decode()

    fragment = browser.get(f"{URL}?what=noted", headers=HTMX)

    assert shown(applied(before, fragment, target="journal")) == shown(
        browser.get(f"{URL}?what=noted").content.decode()
    )


def test_page_of_every_kind_of_thing_takes_eight_statements_at_most(browser, anna, ada):
    for subject in (TicketFactory(team=TeamFactory()), anna, OrganisationFactory(), TeamFactory()):
        record(verb="assigned", subject=subject, by=anna, before=ada.pk, after=anna.pk)
    words = "who=anna@helpdesk.example&from=2020-01-01&to=2090-01-01&door=command&what=assigned"
    browser.get(f"{URL}?{words}")

    with at_most(8):
        response = browser.get(f"{URL}?{words}")

    assert len(response.context["lines"]) == 4


def test_auditor_reads_the_journal_and_others_of_the_same_role_do_not():
    marta = StaffFactory(role=Role.ACCOUNTANT, is_auditor=True)

    assert browser_of(marta).get(URL).status_code == 200
    assert browser_of(StaffFactory(role=Role.ACCOUNTANT)).get(URL).status_code == 403
    assert browser_of(StaffFactory(role=Role.CONTRACTOR)).get(URL).status_code == 403
    assert browser_of(UserFactory()).get(URL).status_code == 403


def test_auditor_gets_no_links_into_the_admin(anna):
    marta = StaffFactory(role=Role.AGENT, is_auditor=True)
    record(verb="mailbox_failing", subject=MailboxFactory(name="Support"), by=None, reason="no connection")

    [mine] = browser_of(marta).get(URL).context["lines"]
    [admins] = browser_of(StaffFactory(role=Role.ADMINISTRATOR)).get(URL).context["lines"]

    assert (mine.thing, mine.url) == ("Support", "")
    assert admins.url.startswith("/admin/mail/mailbox/")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AGENT])
def test_ticket_leads_to_its_history_for_auditors_alone(role):
    ticket = TicketFactory(requester=UserFactory(organisation=OrganisationFactory()))
    content = browser_of(StaffFactory(role=role)).get(f"/desk/tickets/{ticket.number}/").content.decode()

    links = [
        f"{URL}?thing=ticket&amp;number={ticket.number}",
        f"{URL}?thing=person&amp;number={ticket.requester_id}",
        f"{URL}?thing=organisation&amp;number={ticket.organisation_id}",
    ]
    assert [link in content for link in links] == [role == Role.ADMINISTRATOR] * 3


def test_secrets_are_in_no_line_no_fact_and_no_file(browser, ada, anna):
    token = tokens.issue(user=anna, by=ada, name="phone")
    passwords.change(user=anna, new="correct horse battery staple", by=ada)
    secret = links.issue(user=anna, address=anna.email)
    links.use(secret=secret)
    facts = {
        "in_password": "hunter2-in",
        "deep": [{"api_key": "hunter2-key"}],
        "url": "smtp://me:hunter2-url@x.example",
    }
    record(verb="mailbox_changed", subject=anna, by=ada, before={"out_password": "hunter2-out"}, after=facts)

    shown_text = browser.get(URL).content.decode() + browser.post(CSV).content.decode()

    hidden = (token, "correct horse", secret, "hunter2")
    assert [word for word in hidden if word in shown_text] == []
    assert "phone" in shown_text
    assert "[hidden]" in shown_text


def test_short_journal_is_taken_along_in_the_answer_and_that_is_a_line_too(browser, ada, anna):
    record(verb="assigned", subject=TicketFactory(subject="Basket"), by=anna, before=None, after=anna.pk)
    record(verb="noted", subject=TicketFactory(), by=StaffFactory(name='=HYPERLINK("x")'))

    response = browser.post(f"{CSV}?what=assigned")
    everything = rows(browser.post(CSV).content)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="journal.csv"'
    [heads, cells] = rows(response.content)
    row = dict(zip(heads, cells, strict=True))
    assert (row["who"], row["what"], row["before"], row["after"]) == ("Anna", "assigned the ticket", "–", "Anna")
    assert row["thing"].endswith("Basket")
    assert [cells[2] for cells in everything[1:]] == ["Ada Byron", '\'=HYPERLINK("x")', "Anna"]
    taken = Entry.objects.filter(verb="journal_exported").order_by("pk").first()
    assert (taken.actor, taken.facts) == (ada, {"filters": "what=assigned", "rows": 1})


def test_long_journal_is_work_for_a_worker_and_the_same_asked_twice_is_one(browser, ada, anna, monkeypatch):
    monkeypatch.setattr(page, "AT_ONCE", 1)
    for _ in range(3):
        record(verb="noted", subject=TicketFactory(), by=anna)

    response = browser.post(f"{CSV}?what=noted")
    again = browser.post(f"{CSV}?what=noted")

    job = Job.objects.get()
    assert response.status_code == again.status_code == 303
    assert response["Location"] == again["Location"] == f"/desk/work/{job.pk}/"
    record(verb="noted", subject=TicketFactory(), by=anna)
    doing.do(key=job.pk)
    job.refresh_from_db()
    with default_storage.open(job.file) as file:
        assert len(rows(file.read())) == 1 + 3
    assert (job.done, job.total) == (3, 3)


def test_worker_writes_nothing_for_somebody_who_may_not_read_the_journal_any_more(browser, ada, anna, monkeypatch):
    monkeypatch.setattr(page, "AT_ONCE", 0)
    record(verb="noted", subject=TicketFactory(), by=anna)
    browser.post(CSV)
    StaffFactory(role=Role.ADMINISTRATOR)
    type(ada).objects.filter(pk=ada.pk).update(role=Role.AGENT)

    doing.do(key=Job.objects.get().pk)

    assert (Job.objects.get().state, Job.objects.get().file) == (JobState.FAILED, "")


def test_too_many_exports_at_once_are_refused_with_the_page(browser, ada, anna, monkeypatch):
    monkeypatch.setattr(page, "AT_ONCE", 0)
    for verb in ("noted", "assigned", "replied", "received"):
        record(verb=verb, subject=TicketFactory(), by=anna)
    for verb in ("noted", "assigned", "replied"):
        assert browser.post(f"{CSV}?what={verb}").status_code == 303

    refused = browser.post(f"{CSV}?what=received")

    assert (refused.status_code, lines(refused)) == (422, ["received"])
    assert "under way" in refused.content.decode()


def test_time_of_a_line_is_the_readers_in_the_file():
    at(datetime(2026, 3, 4, 21, 1, tzinfo=UTC))
    ada = StaffFactory(role=Role.ADMINISTRATOR, time_zone="Europe/Moscow")

    [_, cells] = rows(browser_of(ada).post(f"{CSV}?what=assigned").content)

    assert cells[1] == "2026-03-05 00:01:00+03:00"
    assert timezone.get_current_timezone_name() == "UTC"
