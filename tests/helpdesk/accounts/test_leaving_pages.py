"""The administrator's page on which somebody leaves, hands over, and comes back."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from helpdesk.work.actions import doing
from helpdesk.work.models import Job
from tests.browsers import browser_of, proved
from tests.factories import SavedViewFactory, StaffFactory, TemplateFactory, TicketFactory, UserFactory
from tickets.actions import handing_over, together
from tickets.models import KeptDraft, Ticket, Watcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def timur():
    return StaffFactory(name="Timur")


def page_of(person):
    return f"/admin/accounts/user/{person.pk}/leaving/"


def hand_over(browser, person, successor, part="tickets"):
    return browser.post(
        f"/admin/accounts/user/{person.pk}/handover/", {"part": part, "successor": successor.pk}, follow=True
    )


def test_page_lists_what_is_left_in_their_hands(browser, anna):
    mine, watched = TicketFactory(assignee=anna, subject="Mine"), TicketFactory(subject="Watched", locked_by=None)
    Watcher.objects.create(ticket=watched, user=anna)
    KeptDraft.objects.create(ticket=watched, author=anna, kind="reply", text="Dear")
    SavedViewFactory(owner=anna, name="Shared view", audience="everybody")
    SavedViewFactory(owner=anna, name="Private view")
    TemplateFactory(owner=anna, name="Shared text", audience="everybody")
    TicketFactory(assignee=anna, status="closed", subject="Done")

    page = browser.get(page_of(anna)).content.decode()

    for words in (
        f"#{mine.number} Mine",
        "Watched",
        "Tickets on which they have drafts: 1",
        "Shared view",
        "Shared text",
    ):
        assert words in page
    for words in ("Private view", "Done", "Tickets on which messages are to go out later"):
        assert words not in page


def test_person_leaves_with_a_reason_and_everything_is_told(browser, ada, anna):
    refused = browser.post(page_of(anna), {"reason": " "})

    gone = browser.post(page_of(anna), {"reason": "Left the company."}, follow=True)

    anna.refresh_from_db()
    entry = Entry.objects.about(anna).get()
    assert (refused.status_code, anna.is_active) == (422, False)
    assert "Anna is out, everywhere." in gone.content.decode()
    assert (entry.verb, entry.actor_id, entry.facts["reason"]) == ("person_deactivated", ada.pk, "Left the company.")


def test_person_who_left_comes_back_by_one_button(browser, anna):
    browser.post(page_of(anna), {"reason": "Left the company."})

    browser.post(f"/admin/accounts/user/{anna.pk}/return/")

    anna.refresh_from_db()
    assert anna.is_active
    assert Entry.objects.about(anna).last().verb == "person_reactivated"


def test_administrator_does_not_leave_by_their_own_hand(browser, ada):
    StaffFactory(role=Role.ADMINISTRATOR)

    refused = browser.post(page_of(ada), {"reason": "Enough."})

    assert refused.status_code == 422
    assert "ask another administrator" in refused.content.decode()


def test_tickets_go_to_a_colleague_in_one_click_and_each_has_its_line(browser, ada, anna, timur):
    tickets = [
        TicketFactory(assignee=anna),
        TicketFactory(assignee=anna, locked_by=anna, locked_at="2026-11-22T10:00Z"),
    ]
    closed = TicketFactory(assignee=anna, status="closed")
    browser.post(page_of(anna), {"reason": "Left the company."})

    page = hand_over(browser, anna, timur)

    assert "Handed over to Timur: 2." in page.content.decode()
    assert list(Ticket.objects.filter(assignee=timur).order_by("pk")) == tickets
    assert list(Ticket.objects.filter(assignee=anna)) == [closed]
    for ticket in tickets:
        assert Entry.objects.about(ticket).last().actor_id == ada.pk
        assert Entry.objects.about(ticket).last().verb == "assigned"


def test_many_tickets_are_handed_over_by_a_worker_and_the_file_says_what_became_of_each(
    browser, anna, timur, monkeypatch
):
    monkeypatch.setattr(handing_over, "MOST", 2)
    monkeypatch.setattr(together, "MOST", 2)
    tickets = [TicketFactory(assignee=anna) for _ in range(5)]

    response = browser.post(f"/admin/accounts/user/{anna.pk}/handover/", {"part": "tickets", "successor": timur.pk})
    doing.do(key=Job.objects.get().pk)

    job = Job.objects.get()
    written = b"".join(browser.get(f"/desk/work/{job.pk}/file/").streaming_content).decode()
    assert response["Location"] == f"/desk/work/{job.pk}/"
    assert Ticket.objects.filter(assignee=timur).count() == 5
    assert [line.split(",")[0] for line in written.splitlines()[1:]] == [str(ticket.number) for ticket in tickets]


def test_who_works_no_tickets_or_leaves_takes_nothing(browser, anna):
    TicketFactory(assignee=anna)

    for successor in (anna, UserFactory(), StaffFactory(role=Role.ACCOUNTANT), StaffFactory(is_active=False)):
        response = hand_over(browser, anna, successor)
        assert response.status_code == 422
    assert Ticket.objects.filter(assignee=anna).count() == 1


@pytest.mark.parametrize("part", ["watched", "nothing", ""])
def test_what_is_not_handed_over_by_a_click_is_refused(browser, anna, timur, part):
    assert hand_over(browser, anna, timur, part=part).status_code == 422


def test_nobody_but_administrators_comes_near(anna, timur):
    lead = browser_of(StaffFactory(role=Role.LINE_LEAD))

    for path in ("leaving", "return", "handover", "seeing"):
        lead.post(f"/admin/accounts/user/{anna.pk}/{path}/", {"reason": "I say so.", "part": "tickets"})

    assert User.objects.get(pk=anna.pk).is_active
    assert not Entry.objects.about(anna).exists()
