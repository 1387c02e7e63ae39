"""Watchers: who may, who is told, of what, and what it costs."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery, PersonChoice
from helpdesk.notifications.notices import compose_notice
from helpdesk.notifications.registries import Withdrawn
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory
from tests.statements import count_of
from tickets.actions.assignment import assign, hand_to_team
from tickets.actions.conversation import answer, note, reply
from tickets.actions.news import spread_news
from tickets.actions.status import change_priority, change_status, close
from tickets.actions.watching import unwatch, watch
from tickets.enums import Priority, Status
from tickets.models import PieceOfNews, Ticket, Watcher
from tickets.tasks import spread, sweep


@pytest.fixture
def boris(db):
    return StaffFactory(name="Boris", email="boris@helpdesk.example")


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket).order_by("pk")]


def notices():
    """Addresses and texts of what waits in the outbox for staff."""
    rows = Delivery.objects.filter(purpose="notice").order_by("pk")
    return [(row.recipient, row.content["text"]) for row in rows]


def test_watching_twice_is_watching_once(anna, ticket):
    for _ in range(2):
        watch(ticket=ticket, by=anna, person=anna)

    assert [each.user for each in Watcher.objects.filter(ticket=ticket)] == [anna]
    assert lines(ticket) == [("watching_begun", {"person": anna.pk})]


def test_colleague_is_made_to_watch_and_to_stop(anna, boris, ticket):
    watch(ticket=ticket, by=anna, person=boris)
    for _ in range(2):
        unwatch(ticket=ticket, by=anna, person=boris)

    assert not Watcher.objects.exists()
    assert lines(ticket) == [("watcher_added", {"person": boris.pk}), ("watcher_removed", {"person": boris.pk})]


def test_whoever_may_not_see_the_ticket_cannot_watch_it(anna, clara, ticket):
    contractor = StaffFactory(role=Role.CONTRACTOR)

    for person in (clara, contractor, StaffFactory(is_active=False)):
        with pytest.raises(Refused, match="may not see this ticket"):
            watch(ticket=ticket, by=anna, person=person)


def test_accountant_watches_and_adds_nobody_else(accountant, anna, clara, ticket):
    watch(ticket=ticket, by=accountant, person=accountant)

    for by, person in ((accountant, anna), (clara, clara)):
        with pytest.raises(NotAllowed):
            watch(ticket=ticket, by=by, person=person)
    with pytest.raises(NotAllowed):
        unwatch(ticket=ticket, by=clara, person=accountant)
    assert [each.user for each in Watcher.objects.all()] == [accountant]


@pytest.mark.parametrize(
    ("happens", "text"),
    [
        (lambda t, anna, clara: answer(ticket=t, by=clara, text="Still broken"), "Clara Weiss wrote:\nStill broken"),
        (lambda t, anna, clara: reply(ticket=t, by=anna, text="Try it"), "Anna Orlova answered:\nTry it"),
        (lambda t, anna, clara: note(ticket=t, by=anna, text="Odd"), "Anna Orlova left a note:\nOdd"),
        (
            lambda t, anna, clara: change_status(ticket=t, by=anna, status=Status.RESOLVED),
            "Anna Orlova set the status to “Resolved”.",
        ),
        (lambda t, anna, clara: close(ticket=t, by=clara), "Clara Weiss set the status to “Resolved”."),
        (
            lambda t, anna, clara: change_priority(ticket=t, by=anna, priority=Priority.HIGH),
            "Anna Orlova set the priority to “High”.",
        ),
        (
            lambda t, anna, clara: assign(ticket=t, by=anna, assignee=anna),
            "Anna Orlova gave the ticket to Anna Orlova.",
        ),
        (
            lambda t, anna, clara: hand_to_team(ticket=t, by=anna, team=TeamFactory(name="Shops")),
            "Anna Orlova put the ticket into the queue of Shops.",
        ),
    ],
    ids=["received", "replied", "noted", "status", "closed", "priority", "assigned", "team"],
)
def test_watcher_is_told_what_happens(anna, boris, clara, ticket, happens, text):
    Watcher.objects.create(ticket=ticket, user=boris)

    happens(ticket, anna, clara)
    spread()

    assert notices() == [(boris.email, text)]
    assert not PieceOfNews.objects.exists()


def test_nobody_is_told_of_what_they_did_themselves_or_where_nobody_watches(anna, boris, ticket):
    note(ticket=TicketFactory(), by=anna, text="Unwatched")
    Watcher.objects.create(ticket=ticket, user=anna)
    note(ticket=ticket, by=anna, text="Mine")

    sweep()

    assert notices() == []


def test_watcher_is_told_of_what_they_chose_in_one_notice(anna, boris, clara, ticket):
    PersonChoice.objects.create(person=boris, wanted={"replied": ["desk"]})
    Watcher.objects.create(ticket=ticket, user=boris)
    answer(ticket=ticket, by=clara, text="One")
    reply(ticket=ticket, by=anna, text="Two")
    note(ticket=ticket, by=anna, text="Three")

    count = spread_news()

    assert count == 3
    assert notices() == [(boris.email, "Clara Weiss wrote:\nOne\n\nAnna Orlova left a note:\nThree")]
    assert spread_news() == 0


def test_notice_is_in_the_watchers_language(anna, ticket):
    ivan = StaffFactory(language="ru")
    Watcher.objects.create(ticket=ticket, user=ivan)

    change_priority(ticket=ticket, by=anna, priority=Priority.HIGH)
    spread_news()

    [(_, text)] = notices()
    assert text == "Anna Orlova: приоритет теперь «Высокий»."


def test_who_may_see_the_ticket_is_asked_when_the_notice_goes_out(anna, ticket):
    team = TeamFactory()
    Ticket.objects.filter(pk=ticket.pk).update(team=team)
    grant = GrantFactory(team=team)
    watch(ticket=ticket, by=grant.contractor, person=grant.contractor)
    note(ticket=ticket, by=anna, text="For staff")
    spread_news()
    [row] = Delivery.objects.filter(purpose="notice")

    compose_notice([row])
    grant.delete()

    with pytest.raises(Withdrawn):
        compose_notice([row])


def test_watcher_who_is_a_customer_by_now_is_told_nothing(anna, boris, ticket):
    Watcher.objects.create(ticket=ticket, user=boris)
    type(boris).objects.filter(pk=boris.pk).update(role=Role.CUSTOMER)

    note(ticket=ticket, by=anna, text="For staff")
    spread_news()

    assert notices() == []


def test_reply_runs_the_same_statements_for_one_watcher_and_for_twenty(anna, clara):
    counts = []
    for number in (1, 1, 20):
        ticket = TicketFactory(requester=clara)
        Watcher.objects.bulk_create(Watcher(ticket=ticket, user=StaffFactory()) for _ in range(number))
        counts.append(count_of(lambda ticket=ticket: reply(ticket=ticket, by=anna, text="It works"))[0])

    assert counts[1] == counts[2]


def test_news_of_twenty_watchers_runs_the_same_statements_as_of_one(anna):
    counts = []
    for number in (1, 1, 20):
        ticket = TicketFactory()
        Watcher.objects.bulk_create(Watcher(ticket=ticket, user=StaffFactory()) for _ in range(number))
        note(ticket=ticket, by=anna, text="Odd")
        counts.append(count_of(spread_news)[0])

    assert counts[1] == counts[2]
