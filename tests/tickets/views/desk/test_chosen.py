"""Chosen tickets changed together and put back, by bare forms and by htmx."""

from uuid import UUID

import pytest

from helpdesk.accounts.models import Grant
from tests.factories import StaffFactory, TeamFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import count_of
from tickets.enums import Priority, Status
from tickets.models import BulkChange, Ticket

LIST, CHOSEN = "/desk/tickets/", "/desk/tickets/chosen/"
KEY = str(UUID(int=17))


def chosen(*tickets, **said):
    return {"ticket": [ticket.number for ticket in tickets], "key": KEY, "list": LIST, **said}


def page(response):
    return tree(response.content.decode())


def texts(response, css_class):
    return [" ".join(each.text_content().split()) for each in page(response).find_class(css_class)]


def subjects(response):
    return [link.text for link in page(response).find_class("row-subject")]


def test_list_offers_boxes_to_who_works_tickets_and_none_to_who_reads_them(desk, browse, accountant):
    ticket = TicketFactory()

    boxes = {who: page(who.get(LIST)).xpath("//tbody//input/@value") for who in (desk, browse(accountant))}

    assert list(boxes.values()) == [[str(ticket.number)], []]


def test_chosen_by_a_bare_form_are_changed_and_put_back(desk):
    one, two = TicketFactory(), TicketFactory(priority=Priority.HIGH)

    asked = desk.get(CHOSEN, {"ticket": [one.number, two.number], "list": f"{LIST}?view=mine"})
    form = {each.get("name"): each.get("value") for each in page(asked).xpath("//main//input[@type='hidden']")}
    buttons = {each.get("formaction") for each in page(asked).find_class("menu-item") if each.get("formaction")}
    answer = desk.post(f"{CHOSEN}priority/", form | {"ticket": [one.number, two.number], "priority": "high"})
    done = desk.get(answer["Location"])
    undone = desk.post(page(done).xpath("//main//form/@action")[0], {"list": form["list"]}, follow=True)

    assert len(buttons) == 6
    assert page(asked).xpath("//main//li//input/@value") == [str(one.number), str(two.number)]
    assert answer.status_code == 303
    assert page(done).find(".//h1").text == "Priority: 1 ticket changed."
    assert page(done).find_class("button-primary")[0].get("href") == f"{LIST}?view=mine"
    assert page(undone).find(".//h1").text == "1 ticket is as it was before."
    assert set(Ticket.objects.values_list("priority", flat=True)) == {Priority.NORMAL, Priority.HIGH}


@pytest.mark.parametrize(
    ("address", "said", "expected"),
    [
        ("assignment/", {"assignee": "me"}, {"assignee__name": "Anna Orlova"}),
        ("assignment/", {"assignee": "none"}, {"assignee__name": None}),
        ("team/", {"team": "none"}, {"team": None}),
        ("status/", {"status": "resolved"}, {"status": "resolved"}),
        ("priority/", {"priority": "urgent"}, {"priority": 4}),
        ("tags/", {"tags": "VPN, mail"}, {"tags": ["old", "vpn", "mail"]}),
        ("tags/removal/", {"tags": "old"}, {"tags": []}),
    ],
)
def test_each_control_changes_what_it_says(desk, address, said, expected):
    ticket = TicketFactory(team=TeamFactory(), assignee=StaffFactory(), tags=["old"])

    response = desk.post(CHOSEN + address, chosen(ticket, **said))

    assert response.status_code == 303
    assert Ticket.objects.values(*expected).get() == expected


def test_chosen_go_to_a_team_and_a_colleague_by_their_keys(desk):
    ticket, team, boris = TicketFactory(), TeamFactory(), StaffFactory(name="Boris")
    team.members.add(boris)

    desk.post(f"{CHOSEN}team/", chosen(ticket, team=team.pk))
    desk.post(f"{CHOSEN}assignment/", chosen(ticket, assignee=boris.pk))

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (team, boris)


@pytest.mark.parametrize(
    ("address", "said", "reason"),
    [
        ("assignment/", {"assignee": "999999"}, "There is nobody like that to give the ticket to."),
        ("assignment/", {"assignee": "anna"}, "There is nobody like that to give the ticket to."),
        ("team/", {"team": ""}, "There is no such team."),
        ("status/", {"status": "lost"}, "There is no such status."),
        ("priority/", {"priority": "9"}, "There is no such priority."),
        ("tags/", {"tags": " , "}, "Write at least one tag."),
        ("status/", {"status": "open", "ticket": ["x", "-1", ""]}, "Choose tickets first."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["bare", "htmx"])
def test_refusal_of_the_whole_says_why_and_changes_nothing(desk, address, said, reason, headers):
    ticket = TicketFactory(status=Status.WAITING)

    response = desk.post(CHOSEN + address, chosen(ticket) | said, headers=headers)

    assert response.status_code == 422
    assert texts(response, "notice") == [reason]
    assert not BulkChange.objects.exists()


def test_fragment_after_a_change_equals_a_reload_and_says_what_was_done(desk):
    solved, kept = TicketFactory(subject="Solved"), TicketFactory(subject="Kept")
    full = TicketFactory(subject="Full", tags=[str(number) for number in range(20)])
    words = f"{LIST}?priority=normal"
    before = desk.get(words).content.decode()

    response = desk.post(f"{CHOSEN}status/", chosen(solved, list=words, status="resolved"), headers=HTMX)
    refused = desk.post(f"{CHOSEN}tags/", chosen(full, tags="new"), headers=HTMX)

    assert response["HX-Push-Url"] == words
    assert shown(applied(before, response, target="rows")) == shown(desk.get(words).content.decode())
    assert subjects(response) == ["Full", "Kept"]
    assert texts(response, "toast-good") == ["Status: 1 ticket changed. Undo Z"]
    assert texts(refused, "toast-warn") == [f"Nothing had to be changed. #{full.number}: A ticket has at most 20 tags."]
    assert kept.status == Status.OPEN


def test_fragment_after_an_undo_equals_a_reload(desk):
    ticket = TicketFactory(subject="Back")
    done = desk.post(f"{CHOSEN}status/", chosen(ticket, status="resolved"), headers=HTMX)
    url = page(done).xpath("//form[contains(@action, 'undo')]/@hx-post")[0]
    before = desk.get(LIST).content.decode()

    response = desk.post(url, {"list": LIST}, headers=HTMX)

    assert subjects(response) == ["Back"]
    assert texts(response, "toast") == ["1 ticket is as it was before."]
    assert shown(applied(before, response, target="rows")) == shown(desk.get(LIST).content.decode())


def test_same_form_sent_twice_is_one_change_and_another_word_is_another(desk):
    ticket = TicketFactory()

    first, second = [desk.post(f"{CHOSEN}status/", chosen(ticket, status="waiting")) for _ in range(2)]
    third = desk.post(f"{CHOSEN}status/", chosen(ticket, status="open"))

    assert first["Location"] == second["Location"] != third["Location"]
    assert BulkChange.objects.count() == 2


def test_change_names_the_tickets_that_a_contractor_does_not_see(browse, oleg):
    granted, secret = TicketFactory(team=Grant.objects.get().team), TicketFactory(subject="Secret")

    response = browse(oleg).post(f"{CHOSEN}priority/", chosen(granted, secret, priority="low"), headers=HTMX)

    assert texts(response, "toast-text") == [f"Priority: 1 ticket changed. #{secret.number}: You see no such ticket."]
    assert "Secret" not in response.content.decode()


def test_change_of_somebody_else_is_unknown(desk, browse):
    desk.post(f"{CHOSEN}status/", chosen(TicketFactory(), status="waiting"))
    url = f"/desk/changes/{BulkChange.objects.get().pk}/"

    assert desk.get(url).status_code == 200
    assert browse(StaffFactory()).get(url).status_code == 404
    assert browse(StaffFactory()).post(f"{url}undo/").status_code == 404


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/accounts/logout/", "/desk/\r\nX: y"])
def test_list_that_a_form_names_is_one_of_ours_or_the_first(desk, address):
    answer = desk.post(f"{CHOSEN}status/", chosen(TicketFactory(), list=address, status="waiting"))
    response = desk.post(f"{CHOSEN}status/", chosen(TicketFactory(), list=address, status="waiting"), headers=HTMX)

    assert page(desk.get(answer["Location"])).find_class("button-primary")[0].get("href") == LIST
    assert response["HX-Push-Url"] == LIST


@pytest.mark.parametrize("number", [1, 3])
def test_change_answered_by_the_list_runs_the_same_statements(desk, number):
    tickets = [TicketFactory() for _ in range(number)]
    desk.get(LIST)

    count, ran = count_of(lambda: desk.post(f"{CHOSEN}priority/", chosen(*tickets, priority="low"), headers=HTMX))

    assert count == 11, ran


def test_controls_brought_into_the_bar_are_those_of_the_page(desk):
    TeamFactory(name="Line 2")

    response = desk.get(CHOSEN, headers=HTMX)

    assert "<html" not in response.content.decode()
    assert "Line 2" in texts(response, "menu-item")
    assert page(response).xpath("//*[@data-chosen-count]")
