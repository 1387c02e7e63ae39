"""Moving a message and undoing it."""

import pytest

from tests.factories import GrantFactory, MessageFactory, TeamFactory, TicketFactory
from tests.finding import indexed
from tickets.models import Ticket


@pytest.fixture
def message(db):
    ticket = TicketFactory(subject="Here")
    message = MessageFactory(ticket=ticket, subject="Own subject", thread_signal="number", thread_confidence=60)
    indexed(message)
    return message


def url_of(message):
    return f"/desk/messages/{message.pk}/placement/"


def test_moving_asks_where_to(desk, message):
    response = desk.get(url_of(message))

    assert response.status_code == 200
    assert "The basket is empty" in response.content.decode()


def test_message_moved_to_a_number_stands_there_and_can_be_put_back(desk, message):
    source, target = message.ticket, TicketFactory()

    moved = desk.post(url_of(message), {"number": f"#{target.number}"})
    page = desk.get(f"/desk/tickets/{target.number}/").content.decode()
    undone = desk.post(f"{url_of(message)}return/")

    assert (moved.status_code, moved["Location"]) == (303, f"/desk/tickets/{target.number}/#m{message.pk}")
    assert f"moved here from {source.number}" in page
    assert undone.status_code == 303
    message.refresh_from_db()
    assert (message.ticket, message.thread_signal, message.thread_confidence) == (source, "number", 60)


def test_where_a_message_came_from_is_told_to_those_who_may_know_of_that_ticket(desk, browse, oleg, message):
    source, target = message.ticket, TicketFactory(team=GrantFactory(contractor=oleg).team)
    desk.post(url_of(message), {"number": str(target.number)})
    url = f"/desk/tickets/{target.number}/"

    agent, contractor = desk.get(url).content.decode(), browse(oleg).get(url).content.decode()

    assert f"moved here from {source.number}" in agent
    assert str(source.number) not in contractor
    assert f"{url_of(message)}return/" not in contractor


def test_message_made_a_new_ticket_is_its_first(desk, message):
    response = desk.post(url_of(message), {"where": "new"})

    message.refresh_from_db()
    assert message.ticket.subject == "Own subject"
    assert response["Location"] == f"/desk/tickets/{message.ticket.number}/#m{message.pk}"


@pytest.mark.parametrize("number", ["", "x", "0", "999999", "9" * 40, "-1", "١"])
def test_message_moved_to_nowhere_stays(desk, message, number):
    response = desk.post(url_of(message), {"number": number})

    assert response.status_code == 422
    assert "There is no ticket with that number that you can see." in response.content.decode()


def test_message_moved_to_where_it_is_stays(desk, message):
    response = desk.post(url_of(message), {"number": str(message.ticket.number)})

    assert response.status_code == 422


def test_undoing_what_was_not_moved_is_refused(desk, message):
    assert desk.post(f"{url_of(message)}return/").status_code == 422


def test_contractor_moves_nothing_to_where_they_see_nothing(browse, oleg, message):
    Ticket.objects.filter(pk=message.ticket_id).update(team=oleg.grants.get().team)
    secret = TicketFactory(team=TeamFactory())

    response = browse(oleg).post(url_of(message), {"number": str(secret.number)})

    assert response.status_code == 422


@pytest.mark.parametrize("way", ["", "return/"])
def test_moving_is_not_for_everybody(browse, message, oleg, accountant, clara, way):
    target = TicketFactory()
    form = {"number": str(target.number)}

    found = [browse(person).post(url_of(message) + way, form).status_code for person in (oleg, clara)]

    assert found == [404, 403]
    assert browse(accountant).post(url_of(message), form).status_code == 403


def test_returning_takes_only_post(desk, message):
    assert desk.get(f"{url_of(message)}return/").status_code == 405
