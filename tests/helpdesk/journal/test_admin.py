"""The journal in the admin."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.factories import StaffFactory, TicketFactory
from tests.statements import count_of

LIST = "/admin/journal/entry/"


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return browser_of(ada)


def test_journal_is_read_with_its_facts(browser, ada):
    ticket = TicketFactory()
    record(verb="assigned", subject=ticket, by=ada, before=None, after=ada.pk)

    listed = browser.get(LIST).content.decode()
    shown = browser.get(f"{LIST}{Entry.objects.get().pk}/change/").content.decode()

    assert "assigned" in listed
    assert f"&quot;after&quot;: {ada.pk}" in shown


def test_journal_is_narrowed_by_kind_thing_and_door(browser, ada):
    one, other = TicketFactory(), TicketFactory()
    record(verb="first_thing", subject=one, by=ada)
    record(verb="second_thing", subject=other, by=ada)
    record(verb="third_thing", subject=ada, by=ada)

    def shown(asked):
        page = browser.get(LIST + asked).content.decode()
        return [verb for verb in ("first_thing", "second_thing", "third_thing") if verb in page]

    assert shown("?kind=tickets__ticket") == ["first_thing", "second_thing"]
    assert shown(f"?kind=tickets__ticket&subject_id={one.pk}") == ["first_thing"]
    assert shown("?door=command") == ["first_thing", "second_thing", "third_thing"]
    assert shown("?door=api") == []


def test_history_of_a_thing_leads_to_its_lines(browser, ada):
    response = browser.get(f"/admin/accounts/user/{ada.pk}/history/")

    assert response["Location"] == f"{LIST}?kind=accounts__user&subject_id={ada.pk}"


def test_journal_is_never_written_by_hand(browser, ada):
    record(verb="assigned", subject=ada, by=ada)
    entry = Entry.objects.get()

    for path in ("add/", f"{entry.pk}/delete/", f"{entry.pk}/change/"):
        assert browser.post(LIST + path, {"post": "yes", "verb": "forged"}).status_code == 403
    assert Entry.objects.get().verb == "assigned"


def test_journal_takes_the_same_few_statements_however_long_it_is(browser, ada):
    record(verb="assigned", subject=ada, by=ada)
    browser.get(LIST)
    one, _ = count_of(lambda: browser.get(LIST))
    record(verb="assigned", subject=TicketFactory(), by=StaffFactory())
    record(verb="assigned", subject=ada, by=None)

    three, statements = count_of(lambda: browser.get(LIST))

    assert one == three, statements
