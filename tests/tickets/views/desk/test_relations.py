"""The panel of linked tickets, splitting, following up, and finishing a parent."""

import pytest
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import count_of
from tickets.actions.merging import merge
from tickets.actions.relations import link
from tickets.actions.splitting import split
from tickets.enums import Relation, Status
from tickets.models import Message, Ticket, TicketLink


@pytest.fixture
def ticket(clara):
    return TicketFactory(requester=clara, subject="Basket empty", status=Status.OPEN)


@pytest.fixture
def other(clara):
    return TicketFactory(requester=clara, subject="Basket broken", status=Status.ON_HOLD)


def url_of(ticket, part=""):
    return f"/desk/tickets/{ticket.number}/{part}"


def panel(response):
    """The lines of the panel as words, with what their buttons do."""
    page = tree(response.content.decode())
    panels = [each for each in page.cssselect("#side .panel") if "Linked tickets" in each.text_content()]
    lines = [line for each in panels for line in each.cssselect("li")]
    return [" ".join([*line.text_content().split(), *line.xpath(".//button/@aria-label")]) for line in lines]


@pytest.mark.parametrize(
    ("kind", "here", "there"),
    [
        ("related", "see also", "see also"),
        ("duplicate", "duplicate of", "duplicated by"),
        ("child", "child of", "child"),
        ("parent", "child", "child of"),
    ],
)
def test_link_is_shown_on_both_with_the_state_of_the_other(desk, ticket, other, kind, here, there):
    before = desk.get(url_of(ticket)).content.decode()
    seen = tree(before).get_element_by_id("seen").get("value")
    form = {"kind": kind, "number": f"#{other.number}", "seen": seen}

    fragment = desk.post(url_of(ticket, "relations/"), form, headers=HTMX)

    on_page, on_other = panel(desk.get(url_of(ticket))), panel(desk.get(url_of(other)))
    assert on_page == [f"{here} {other.number} Basket broken On hold Take away the link to {other.number}"]
    assert on_other == [f"{there} {ticket.number} Basket empty Open Take away the link to {ticket.number}"]
    after = desk.get(url_of(ticket)).content.decode()
    assert shown(applied(before, fragment, target="side")) == shown(after)


def test_link_is_taken_away_and_once_more_is_no_mistake(anna, desk, ticket, other):
    made = link(source=other, target=ticket, kind=Relation.CHILD, by=anna)

    answers = [desk.post(url_of(ticket, f"relations/{made.pk}/removal/")).status_code for _ in range(2)]

    assert (answers, TicketLink.objects.count(), panel(desk.get(url_of(ticket)))) == ([303, 303], 0, ["None"])


def test_link_of_other_tickets_is_not_taken_away_from_here(anna, desk, ticket, other):
    made = link(source=other, target=TicketFactory(), kind=Relation.RELATED, by=anna)

    desk.post(url_of(ticket, f"relations/{made.pk}/removal/"))

    assert TicketLink.objects.get() == made


def test_merging_from_the_panel_leads_to_the_question(desk, ticket, other):
    response = desk.post(url_of(ticket, "relations/"), {"kind": "merge", "number": f" {other.number}&x"})

    assert response["Location"] == url_of(ticket, f"merge/?into=+{other.number}%26x")


@pytest.mark.parametrize("word", ["", "x", "99999999"])
def test_link_to_no_ticket_is_refused(desk, ticket, word):
    response = desk.post(url_of(ticket, "relations/"), {"kind": "related", "number": word})

    assert response.status_code == 422
    assert "There is no ticket with that number that you can see." in response.content.decode()


def test_contractor_learns_nothing_of_a_linked_ticket_they_may_not_see(anna, browse, oleg, ticket, other):
    Ticket.objects.filter(pk=ticket.pk).update(team=oleg.grants.get().team)
    MessageFactory.create_batch(2, ticket=other)
    split(ticket=other, messages=[other.messages.order_by("pk")[0].pk], by=anna, subject="Split secret")
    for kind in (Relation.RELATED, Relation.DUPLICATE, Relation.CHILD):
        link(source=other, target=ticket, kind=kind, by=anna)
    browser = browse(oleg)

    page = browser.get(url_of(ticket))
    unlinked = browser.post(url_of(ticket, f"relations/{TicketLink.objects.last().pk}/removal/"))

    text = page.content.decode()
    assert [word for word in (str(other.number), "Basket broken", "Split secret") if word in text] == []
    assert "linked this ticket: see also another ticket" in text
    assert (unlinked.status_code, TicketLink.objects.count()) == (303, 4)


@pytest.mark.parametrize("number", [1, 3])
def test_page_with_linked_tickets_runs_as_many_statements_as_without(anna, clara, desk, ticket, number):
    for _ in range(number):
        link(source=TicketFactory(requester=clara), target=ticket, kind=Relation.CHILD, by=anna)
    desk.get(url_of(ticket))

    count, statements = count_of(lambda: desk.get(url_of(ticket)))

    assert count <= 14, statements


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_finishing_a_parent_of_open_children_asks_first(anna, desk, ticket, other, headers):
    link(source=other, target=ticket, kind=Relation.CHILD, by=anna)

    asked = desk.post(url_of(ticket, "status/"), {"status": "resolved"}, headers=headers)
    form = tree(asked.content.decode()).cssselect("form.to-confirm")[0]
    hidden = {each.get("name"): each.get("value") for each in form.cssselect("input[type=hidden]")}
    before = Ticket.objects.get(pk=ticket.pk).status
    desk.post(form.get("action"), hidden)

    assert (asked.status_code, before) == (422, Status.OPEN)
    assert f"not finished yet: {other.number}." in asked.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED


def test_answer_that_finishes_a_parent_asks_first_and_keeps_its_text(anna, desk, ticket, other):
    link(source=other, target=ticket, kind=Relation.CHILD, by=anna)
    form = {"body": "All done", "then": "resolved"}

    asked = desk.post(url_of(ticket, "replies/"), form)
    sent = desk.post(url_of(ticket, "replies/"), {**form, "confirmed": "on"})

    composer = tree(asked.content.decode()).get_element_by_id("composer")
    assert (asked.status_code, composer.cssselect("textarea")[0].text.strip()) == (422, "All done")
    assert len(composer.cssselect("input[name=confirmed]")) == 1
    assert (sent.status_code, Message.objects.get().text) == (303, "All done")


def test_split_page_offers_the_messages_with_one_chosen(desk, ticket):
    MessageFactory(ticket=ticket, text="First words", html="")
    second = MessageFactory(ticket=ticket, text="Second words", html="")

    page = tree(desk.get(url_of(ticket, "split/"), {"message": second.pk}).content.decode())

    choices = [(each.get("value"), each.get("checked") is not None) for each in page.cssselect("[name=message]")]
    assert choices == [(str(ticket.messages.order_by("pk")[0].pk), False), (str(second.pk), True)]
    assert page.get_element_by_id("id_subject").get("value") == "Basket empty"


def test_splitting_leads_to_the_new_ticket_and_undoing_back(desk, clara, ticket):
    first = MessageFactory(ticket=ticket, author=clara, text="First words", html="")
    MessageFactory(ticket=ticket, author=clara)

    response = desk.post(url_of(ticket, "split/"), {"message": [first.pk], "subject": "Off", "requester": ""})
    new = Ticket.objects.get(subject="Off")
    lines = panel(desk.get(url_of(new))), panel(desk.get(url_of(ticket)))
    undone = desk.post(url_of(new, "split/return/"))

    assert (response.status_code, response["Location"]) == (303, url_of(new))
    assert lines == (
        [f"split from {ticket.number} Basket empty Open Undo the split from {ticket.number}"],
        [f"split off {new.number} Off New"],
    )
    assert (undone.status_code, undone["Location"]) == (303, url_of(ticket))
    assert not Ticket.objects.filter(pk=new.pk).exists()


def test_split_that_is_refused_keeps_what_was_chosen(desk, ticket):
    only = MessageFactory(ticket=ticket)

    response = desk.post(url_of(ticket, "split/"), {"message": [only.pk, "x"], "subject": "Typed"})

    page = tree(response.content.decode())
    assert response.status_code == 422
    assert page.cssselect("[name=message]")[0].get("checked") is not None
    assert page.get_element_by_id("id_subject").get("value") == "Typed"


def test_finished_ticket_is_followed_up_by_one_of_the_same_customer(desk, clara):
    closed = TicketFactory(
        requester=clara,
        subject="Old",
        status=Status.CLOSED,
        resolved_at=timezone.now(),
        closed_at=timezone.now(),
    )
    page = tree(desk.get(url_of(closed)).content.decode())
    [address] = [each for each in page.xpath("//a/@href") if "follows=" in each]

    form = tree(desk.get(address).content.decode())
    fields = {each.get("name"): each.get("value") for each in form.cssselect("main form input") if each.get("value")}
    response = desk.post("/desk/tickets/new/", {**fields, "body": "It is back", "priority": "2"})

    new = Ticket.objects.exclude(pk=closed.pk).get()
    assert (response.status_code, response["Location"]) == (303, url_of(new))
    assert (new.follow_up_of, new.requester, new.subject) == (closed, clara, "Old")


def test_merged_ticket_is_undone_in_the_panel(anna, desk, ticket, other):
    merge(source=other, target=ticket, by=anna)

    page = desk.get(url_of(ticket))

    assert panel(page) == [f"merged here {other.number} Basket broken Undo the merging of {other.number}"]
