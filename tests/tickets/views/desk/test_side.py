"""Status, priority, assignee, team, tags, participants: each set through its own URL."""

import pytest

from helpdesk.accounts.models import Note, User
from helpdesk.journal.models import Entry
from tests.factories import MessageFactory, ParticipantFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, applied, shown, tree
from tickets.enums import Priority, Status
from tickets.models import Participant

RESOURCES = ["status", "priority", "assignment", "team", "tags", "participants"]


def url_of(ticket, resource=""):
    return f"/desk/tickets/{ticket.number}/" + (f"{resource}/" if resource else "")


def choice(resource):
    """A sound form for the resource."""
    return {
        "status": lambda: {"status": "on_hold"},
        "priority": lambda: {"priority": "urgent"},
        "assignment": lambda: {"assignee": str(StaffFactory(name="Timur").pk)},
        "team": lambda: {"team": str(TeamFactory(name="Line 2").pk)},
        "tags": lambda: {"tags": "Payments, checkout  checkout"},
        "participants": lambda: {"email": "boss@shop.example"},
    }[resource]()


def state(ticket):
    ticket.refresh_from_db()
    return {
        "status": ticket.status,
        "priority": ticket.priority,
        "assignment": ticket.assignee and ticket.assignee.name,
        "team": ticket.team and ticket.team.name,
        "tags": ticket.tags,
        "participants": [each.user.email for each in ticket.participants.filter(is_active=True)],
    }


BEFORE = {
    "status": "open",
    "priority": Priority.NORMAL,
    "assignment": None,
    "team": None,
    "tags": [],
    "participants": [],
}
AFTER = {
    "status": "on_hold",
    "priority": Priority.URGENT,
    "assignment": "Timur",
    "team": "Line 2",
    "tags": ["payments", "checkout"],
    "participants": ["boss@shop.example"],
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_setting_changes_that_and_nothing_else(desk, anna, resource):
    ticket = TicketFactory()

    response = desk.post(url_of(ticket, resource), choice(resource))

    assert (response.status_code, response["Location"]) == (303, url_of(ticket))
    assert state(ticket) == BEFORE | {resource: AFTER[resource]}
    assert Entry.objects.about(ticket).get().actor == anna


@pytest.mark.parametrize("resource", RESOURCES)
def test_setting_by_htmx_applied_to_the_page_equals_a_reload(desk, resource):
    ticket = TicketFactory(status=Status.NEW)
    MessageFactory(ticket=ticket)
    form = choice(resource)
    before = desk.get(url_of(ticket)).content.decode()
    form["seen"] = tree(before).get_element_by_id("seen").get("value")

    response = desk.post(url_of(ticket, resource), form, headers=HTMX)

    after = desk.get(url_of(ticket)).content.decode()
    assert shown(applied(before, response, target="side")) == shown(after)
    assert shown(before) != shown(after)


@pytest.mark.parametrize(
    ("resource", "form"),
    [
        ("status", {"status": "exploded"}),
        ("status", {}),
        ("priority", {"priority": "9"}),
        ("priority", {"priority": ""}),
        ("assignment", {"assignee": "999999"}),
        ("assignment", {"assignee": "x' or 1=1"}),
        ("assignment", {"assignee": "9" * 40}),
        ("team", {"team": "999999"}),
        ("team", {"team": "\0"}),
        ("tags", {"tags": " ".join(f"t{number}" for number in range(21))}),
        ("participants", {"email": ""}),
        ("participants", {"email": "no address"}),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_setting_nonsense_is_refused_with_a_reason(desk, resource, form, headers):
    ticket = TicketFactory()

    response = desk.post(url_of(ticket, resource), form, headers=headers)

    assert response.status_code == 422
    assert len(tree(response.content.decode()).find_class("notice-bad")) == 1
    assert state(ticket) == BEFORE


@pytest.mark.parametrize("resource", RESOURCES)
def test_setting_without_the_right_is_refused(browse, accountant, resource):
    ticket = TicketFactory()

    response = browse(accountant).post(url_of(ticket, resource), choice(resource))

    assert response.status_code == 403
    assert state(ticket) == BEFORE
    assert not User.objects.filter(email="boss@shop.example").exists()


@pytest.mark.parametrize("resource", RESOURCES)
def test_setting_on_a_ticket_of_another_queue_finds_nothing(browse, oleg, resource):
    ticket = TicketFactory()

    assert browse(oleg).post(url_of(ticket, resource), choice(resource)).status_code == 404
    assert state(ticket) == BEFORE


@pytest.mark.parametrize("resource", RESOURCES)
def test_setting_at_the_desk_is_closed_to_customers(browse, clara, resource):
    ticket = TicketFactory(requester=clara)

    assert browse(clara).post(url_of(ticket, resource), choice(resource)).status_code == 403


@pytest.mark.parametrize("resource", RESOURCES)
def test_settings_take_only_post(desk, resource):
    assert desk.get(url_of(TicketFactory(), resource)).status_code == 405


def test_take_it_assigns_to_whoever_clicked(desk, anna):
    ticket = TicketFactory(status=Status.NEW)

    desk.post(url_of(ticket, "assignment"), {"assignee": "me"})

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (anna, Status.OPEN)


def test_assigning_to_a_customer_is_refused(desk, clara):
    ticket = TicketFactory()

    response = desk.post(url_of(ticket, "assignment"), {"assignee": str(clara.pk)})

    assert response.status_code == 422
    assert state(ticket) == BEFORE


def test_contractor_cannot_give_to_people_or_teams_they_may_not_know(browse, oleg, anna):
    ticket = TicketFactory(team=oleg.grants.get().team)
    elsewhere = TeamFactory()

    by_person = browse(oleg).post(url_of(ticket, "assignment"), {"assignee": str(anna.pk)})
    by_team = browse(oleg).post(url_of(ticket, "team"), {"team": str(elsewhere.pk)})

    assert (by_person.status_code, by_team.status_code) == (422, 422)


def test_contractor_who_gives_the_ticket_away_is_led_to_the_list(browse, oleg):
    ticket = TicketFactory(team=oleg.grants.get().team)

    response = browse(oleg).post(url_of(ticket, "team"), {"team": "", "seen": "0.0"}, headers=HTMX)

    assert response["HX-Redirect"] == "/desk/tickets/"


def test_removing_a_participant_ends_their_part(desk):
    ticket = TicketFactory()
    part = ParticipantFactory(ticket=ticket)

    response = desk.post(f"{url_of(ticket)}participants/{part.pk}/removal/")

    assert response.status_code == 303
    assert not Participant.objects.get(pk=part.pk).is_active


def test_removing_somebody_of_another_ticket_finds_nothing(desk):
    part = ParticipantFactory()

    response = desk.post(f"{url_of(TicketFactory())}participants/{part.pk}/removal/")

    assert response.status_code == 404
    assert Participant.objects.get(pk=part.pk).is_active


def test_added_participant_who_is_known_is_the_same_person(desk):
    known = UserFactory(email="boss@shop.example")
    ticket = TicketFactory()

    desk.post(url_of(ticket, "participants"), {"email": "<Boss@Shop.Example>"})

    assert Participant.objects.get().user == known


def test_customer_beside_the_ticket_leads_to_the_card_and_loads_what_is_known_after_the_page(desk, anna, clara):
    ticket = TicketFactory(requester=clara)
    Note.objects.create(person=clara, author=anna, text="Likes short answers")

    side = tree(desk.get(url_of(ticket)).content.decode()).get_element_by_id("side")
    later = side.cssselect("#customer-panels")[0]
    loaded = desk.get(later.get("hx-get"), headers=HTMX).content.decode()

    card, organisation = f"/desk/people/{clara.pk}/", f"/desk/organisations/{clara.organisation_id}/"
    links = [link.get("href") for link in side.cssselect("a")]
    assert [links.count(card), links.count(organisation)] == [2, 1]
    assert "Likes short answers" not in side.text_content()
    assert "Likes short answers" in loaded


def test_customer_beside_the_ticket_of_a_contractor_loads_nothing(browse, oleg, clara):
    ticket = TicketFactory(requester=clara, team=oleg.grants.get().team)

    side = tree(browse(oleg).get(url_of(ticket)).content.decode()).get_element_by_id("side")

    assert not side.cssselect("#customer-panels")
    assert f"/desk/organisations/{clara.organisation_id}/" not in [link.get("href") for link in side.cssselect("a")]
