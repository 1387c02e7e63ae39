"""From waiting notices to the outbox: alone, together, and in a storm."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.notifications.actions.gathering import BURST, SINGLE, STORM, gather_due
from helpdesk.notifications.actions.reading import read_about
from helpdesk.notifications.actions.tidings import Tiding, tell
from helpdesk.notifications.models import Delivery, PersonChoice, Waiting
from helpdesk.notifications.notices import compose_notice
from helpdesk.notifications.registries import Withdrawn
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory
from tests.statements import count_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def happen(person, tickets, *, turn=1):
    def facts(ticket):
        return {"ticket.number": str(ticket.number), "ticket.subject": ticket.subject, "what": f"news {turn}"}

    said = [
        Tiding(person=person, subject=each, occasion="noted", key=f"{turn}:{each.pk}", path="/x/", facts=facts(each))
        for each in tickets
    ]
    tell(tidings=said)


def letters():
    return list(Delivery.objects.order_by("pk"))


def pass_time(delta):
    Waiting.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    for row in Waiting.objects.all():
        Waiting.objects.filter(pk=row.pk).update(created_at=row.created_at - delta)
    Delivery.objects.update(created_at=timezone.now() - delta)


def test_everything_about_one_thing_is_one_letter(anna, ticket):
    happen(anna, [ticket], turn=1)
    happen(anna, [ticket], turn=2)

    assert gather_due() == 2
    [letter] = letters()
    assert (letter.subject, letter.recipient, letter.content["text"]) == (ticket, anna.email, "news 1\n\nnews 2")
    assert not Waiting.objects.exists()


def test_a_few_things_are_letters_of_their_own_and_more_are_one_digest(anna):
    happen(anna, TicketFactory.create_batch(SINGLE))
    gather_due()
    boris = StaffFactory(language="ru")
    happen(boris, TicketFactory.create_batch(SINGLE + 1))
    gather_due()

    *own, digest = letters()
    assert [len(own), digest.person, len(digest.content["items"])] == [SINGLE, boris, SINGLE + 1]
    assert digest.content["title"] == "Новости по 6 заявкам"


def test_storm_of_three_hundred_tickets_is_a_handful_of_letters(anna):
    tickets = TicketFactory.create_batch(300)
    for turn, ticket in enumerate(tickets):
        happen(anna, [ticket], turn=turn)
        gather_due()

    assert len(letters()) == BURST
    assert Waiting.objects.count() == 300 - BURST
    pass_time(STORM)
    gather_due()
    assert len(letters()) == BURST + 1
    digest = letters()[-1]
    assert (len(digest.content["items"]), digest.content["more"]) == (50, 245)


def test_what_waited_for_its_hour_comes_together(anna):
    PersonChoice.objects.create(person=anna, rhythm="hourly")
    happen(anna, TicketFactory.create_batch(2))
    assert gather_due() == 0

    Waiting.objects.update(due_at=timezone.now(), created_at=timezone.now() - timedelta(minutes=40))
    gather_due()

    [digest] = letters()
    assert len(digest.content["items"]) == 2


def test_digest_leaves_out_what_its_reader_may_no_longer_know(anna):
    team = TeamFactory()
    tickets = TicketFactory.create_batch(SINGLE + 1, team=team)
    oleg = GrantFactory(team=team).contractor
    happen(oleg, tickets)
    gather_due()
    [digest] = letters()
    Ticket.objects.filter(pk=tickets[0].pk).update(team=None)

    text = compose_notice([digest]).content.decode()

    assert tickets[0].subject not in text
    Ticket.objects.update(team=None)
    with pytest.raises(Withdrawn):
        compose_notice([digest])


def test_who_left_meanwhile_is_told_nothing(anna, ticket):
    happen(anna, [ticket])
    type(anna).objects.filter(pk=anna.pk).update(is_active=False)

    gather_due()

    assert (letters(), Waiting.objects.count()) == ([], 0)


def test_notices_of_twenty_people_are_gathered_in_as_many_statements_as_of_one(ticket):
    counts = []
    for number in (1, 20):
        for person in StaffFactory.create_batch(number):
            happen(person, [ticket], turn=number)
        counts.append(count_of(gather_due)[0])

    assert counts[0] == counts[1]


def test_what_was_read_meanwhile_goes_out_no_more(anna, ticket):
    read, unread = ticket, TicketFactory()
    PersonChoice.objects.create(person=anna, rhythm="hourly")
    happen(anna, [read, unread])
    read_about(subject=read, by=anna)
    Waiting.objects.update(due_at=timezone.now(), created_at=timezone.now() - timedelta(minutes=40))

    gather_due()

    assert [letter.subject for letter in letters()] == [unread]
    assert not Waiting.objects.exists()
