"""Watching, the lock, snoozing and the archive on the ticket page and in the list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from tests.factories import MessageFactory, OrganisationFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import count_of
from tickets.enums import Status
from tickets.models import Message, Ticket, Watcher

NOW = timezone.now()
YEAR = timedelta(days=400)
LIST = "/desk/tickets/"


def url_of(ticket, resource=""):
    return f"{LIST}{ticket.number}/{resource}"


def page(browser, ticket):
    return tree(browser.get(url_of(ticket)).content.decode())


def standing(browser, ticket):
    return " ".join(page(browser, ticket).get_element_by_id("standing").text_content().split())


def subjects(browser, **words):
    return [link.text for link in tree(browser.get(LIST, words).content.decode()).find_class("row-subject")]


def archived(**fields):
    return TicketFactory(status=Status.CLOSED, closed_at=NOW - YEAR, archived_at=NOW, **fields)


STEPS = {
    "watch": ({}, "watchers/", {"person": "me"}),
    "snooze": ({}, "snooze/", {"until": "monday"}),
    "moment": ({}, "snooze/", {"until": "moment", "moment": (NOW + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")}),
    "wake": ({"snoozed_until": NOW + timedelta(days=1)}, "waking/", {}),
    "lock": ({}, "lock/", {}),
    "unarchive": ({"status": "closed", "closed_at": NOW, "archived_at": NOW}, "unarchiving/", {}),
}


@pytest.mark.parametrize(("fields", "resource", "form"), STEPS.values(), ids=STEPS)
def test_step_by_htmx_applied_to_the_page_equals_a_reload_and_without_it_leads_back(desk, fields, resource, form):
    ticket, bare = TicketFactory(**fields), TicketFactory(**fields)
    MessageFactory(ticket=ticket)
    before = desk.get(url_of(ticket)).content.decode()
    seen = tree(before).get_element_by_id("seen").get("value")

    response = desk.post(url_of(ticket, resource), form | {"seen": seen}, headers=HTMX)
    plain = desk.post(url_of(bare, resource), form)

    after = desk.get(url_of(ticket)).content.decode()
    assert shown(applied(before, response, target="side")) == shown(after)
    assert shown(before) != shown(after)
    assert (plain.status_code, plain["Location"]) == (303, url_of(bare))


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("resource", "form"),
    [
        ("watchers/", {"person": "999999"}),
        ("watchers/", {}),
        ("snooze/", {}),
        ("snooze/", {"until": "moment", "moment": "2020-01-01T10:00"}),
    ],
)
def test_nonsense_is_refused_with_one_sentence(desk, resource, form, headers):
    ticket = TicketFactory()

    response = desk.post(url_of(ticket, resource), form, headers=headers)

    assert response.status_code == 422
    assert len(tree(response.content.decode()).find_class("notice-bad")) == 1


def test_colleague_is_added_to_the_watchers_and_removed(desk, anna):
    ticket, boris = TicketFactory(), StaffFactory(name="Boris")

    desk.post(url_of(ticket, "watchers/"), {"person": str(boris.pk)})
    watching = set(Watcher.objects.filter(ticket=ticket).values_list("user", flat=True))
    shown_names = [each.text for each in page(desk, ticket).xpath("//section[.//h2='Watchers']//li/span")]
    desk.post(url_of(ticket, f"watchers/{boris.pk}/removal/"))

    assert (watching, shown_names) == ({boris.pk}, ["Boris"])
    assert not Watcher.objects.exists()


@pytest.mark.parametrize("number", [1, 20])
def test_page_runs_the_same_statements_however_many_watch_and_whoever_is_on_it(desk, anna, number):
    ticket = TicketFactory(locked_by=StaffFactory(), locked_at=NOW, snoozed_until=NOW + timedelta(days=1))
    Watcher.objects.bulk_create(Watcher(ticket=ticket, user=StaffFactory()) for _ in range(number))
    desk.get(url_of(ticket))

    count, statements = count_of(lambda: desk.get(url_of(ticket)))

    assert count <= 14, statements


def test_lock_is_shown_to_others_with_a_name_and_the_text_of_a_refused_answer_is_kept(desk, browse):
    boris = StaffFactory(name="Boris")
    ticket = TicketFactory(locked_by=boris, locked_at=NOW)

    refused = desk.post(url_of(ticket, "replies/"), {"body": "Long words"})
    noted = desk.post(url_of(ticket, "notes/"), {"body": "Look at the log"})

    document = tree(refused.content.decode())
    assert (refused.status_code, noted.status_code) == (422, 303)
    assert document.get_element_by_id("composer_text").text.strip() == "Long words"
    assert "Boris is on this ticket" in document.find_class("field-errors")[0].text_content()
    assert "Boris is on this ticket" in standing(desk, ticket)
    assert "You are on this ticket" in standing(browse(boris), ticket)
    assert [message.text for message in Message.objects.all()] == ["Look at the log"]


def test_only_a_lead_is_offered_to_take_over_and_does(desk, browse):
    lead = browse(StaffFactory(role=Role.LINE_LEAD))
    ticket = TicketFactory(locked_by=StaffFactory(), locked_at=NOW)
    offered = ["Take over" in standing(browser, ticket) for browser in (desk, lead)]

    refused = desk.post(url_of(ticket, "takeover/"))
    taken = lead.post(url_of(ticket, "takeover/"))

    assert (offered, refused.status_code, taken.status_code) == ([False, True], 403, 303)
    assert "You are on this ticket" in standing(lead, ticket)


def test_what_was_put_aside_is_in_no_list_but_its_own_the_customers_and_the_search(desk, anna, line_1):
    clara = UserFactory(email="clara@shop.example", organisation=OrganisationFactory(name="Shop"))
    TicketFactory(subject="Aside", assignee=anna, team=line_1, requester=clara, snoozed_until=NOW + timedelta(days=1))

    views = {view: subjects(desk, view=view) for view in ("mine", "team", "unassigned", "all", "snoozed")}
    found = [subjects(desk, requester="clara@shop.example"), subjects(desk, organisation="Shop")]

    assert views == {"mine": [], "team": [], "unassigned": [], "all": [], "snoozed": ["Aside"]}
    assert found == [["Aside"], ["Aside"]]
    assert subjects(desk, status="open") == []


def test_what_is_archived_is_in_no_list_but_found_by_its_criterion_and_as_history(desk):
    clara = UserFactory(email="clara@shop.example")
    old = archived(subject="Old", requester=clara)
    TicketFactory(subject="Closed", status=Status.CLOSED)

    assert subjects(desk, status="any") == subjects(desk, status="closed") == ["Closed"]
    assert subjects(desk, archived="yes") == ["Old"]
    assert subjects(desk, requester="clara@shop.example", status="any") == ["Old"]
    assert "In the archive" in standing(desk, old)
    assert str(old.number) in desk.get("/desk/go/", {"q": str(old.number)}).content.decode()


def test_view_of_the_archive_can_be_saved(desk):
    response = desk.post("/desk/views/new/?archived=yes&status=closed", {"name": "Old ones", "audience": "private"})

    assert response.status_code == 303
    assert response["Location"] == f"{LIST}?status=closed&archived=yes"


def test_list_says_only_of_a_locked_ticket_that_it_is_taken(desk):
    TicketFactory(subject="Free")
    TicketFactory(subject="Hers", locked_by=StaffFactory(), locked_at=NOW)

    rows = tree(desk.get(LIST).content.decode()).xpath("//tbody/tr")

    assert {row.find_class("row-subject")[0].text: "taken" in row.text_content() for row in rows} == {
        "Free": False,
        "Hers": True,
    }


def test_contractor_takes_and_snoozes_in_a_granted_queue_and_knows_of_no_other(browse, oleg):
    granted, other = TicketFactory(team=oleg.grants.get().team), TicketFactory(team=TeamFactory())
    browser = browse(oleg)

    for resource, form in (("lock/", {}), ("snooze/", {"until": "week"}), ("watchers/", {"person": "me"})):
        assert browser.post(url_of(granted, resource), form).status_code == 303
        assert browser.post(url_of(other, resource), form).status_code == 404

    assert Ticket.objects.get(locked_by=oleg, snoozed_until__isnull=False) == granted
