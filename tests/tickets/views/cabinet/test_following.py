"""Following a colleague's request, and leaving it."""

import pytest

from helpdesk.core.errors import NotAllowed
from helpdesk.journal.models import Entry
from tests.factories import MessageFactory, ParticipantFactory, TicketFactory
from tickets.actions import following
from tickets.actions.recipients import audience_of


@pytest.fixture
def colleagues(jonas):
    ticket = TicketFactory(requester=jonas)
    MessageFactory(ticket=ticket)
    return ticket


def verbs(ticket):
    return [(entry.verb, entry.actor_id) for entry in Entry.objects.about(ticket)]


def test_manager_follows_gets_the_answers_and_stops(claras, clara, colleagues):
    url = f"/cabinet/requests/{colleagues.number}/"

    offered = claras.get(url).content.decode()
    followed = [claras.post(f"{url}following/").status_code for _twice in range(2)]
    copied = [person.address for person in audience_of(colleagues).cc]
    shown = claras.get(url).content.decode()
    ended = [claras.post(f"{url}following/end/")["Location"] for _twice in range(2)]

    assert "Follow: send me the answers" in offered
    assert followed == [303, 303]
    assert copied == ["clara@shop.example"]
    assert "Stop following" in shown
    assert ended == [url, url]
    assert audience_of(colleagues).cc == []
    assert verbs(colleagues) == [("followed", clara.pk), ("unfollowed", clara.pk)]


def test_participant_who_leaves_no_longer_sees_it_and_is_led_to_the_list(browse, sergei, colleagues):
    ParticipantFactory(ticket=colleagues, user=sergei)
    url = f"/cabinet/requests/{colleagues.number}/"
    sergeis = browse(sergei)

    warned = "You will no longer see this request" in sergeis.get(url).content.decode()
    left = sergeis.post(f"{url}following/end/")

    assert warned
    assert left["Location"] == "/cabinet/requests/"
    assert sergeis.get(url).status_code == 404


def test_nobody_follows_what_is_not_of_their_organisation_or_their_own(clara, jonas, sergei, anna, colleagues):
    foreign = TicketFactory(requester=sergei)

    for person, ticket in [(clara, foreign), (jonas, colleagues), (sergei, colleagues), (anna, colleagues)]:
        with pytest.raises(NotAllowed):
            following.follow(ticket=ticket, by=person)

    assert verbs(foreign) == verbs(colleagues) == []
