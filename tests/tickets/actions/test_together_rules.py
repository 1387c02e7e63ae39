"""Changing chosen tickets obeys what changing one obeys, and undoing brings back what ended with it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from helpdesk.notifications.models import Notice
from tests.categories import hosting
from tests.factories import StaffFactory, TicketFactory
from tests.statements import count_of
from tickets.actions import together
from tickets.actions.holding import take
from tickets.actions.news import spread_news
from tickets.actions.putting_back import undo
from tickets.actions.relations import link
from tickets.actions.settling import SETTLED
from tickets.actions.watching import watch
from tickets.enums import Relation, Status
from tickets.models import BulkChange, PieceOfNews, Ticket, Watcher

pytestmark = pytest.mark.django_db
SOON = timezone.now() + timedelta(days=1)


@pytest.fixture
def boris(db):
    return StaffFactory(name="Boris")


def finish(*tickets, by, status="resolved"):
    numbers = [ticket.number for ticket in tickets]
    return together.change_status_of_chosen(numbers=numbers, by=by, key=uuid4(), status=status)


def settled(ticket):
    return Ticket.objects.filter(pk=ticket.pk).values_list("status", "active_at", *SETTLED).get()


def statuses():
    return list(Ticket.objects.order_by("pk").values_list("status", flat=True))


def forgotten(ticket, holder):
    """As if the holder had done nothing for a day."""
    Ticket.objects.filter(pk=ticket.pk).update(locked_by=holder, locked_at=timezone.now() - timedelta(days=1))


def test_ticket_that_somebody_else_is_on_is_named_and_left(anna, boris):
    free, his, hers, left = (TicketFactory() for _ in range(4))
    take(ticket=his, by=boris)
    take(ticket=hers, by=anna)
    forgotten(left, boris)

    made = finish(free, his, hers, left, by=anna)

    assert [line["number"] for line in made.done] == [free.number, hers.number, left.number]
    [[number, reason]] = made.refused
    assert number == his.number
    assert reason.startswith("Boris is on this ticket")


def test_holder_who_did_something_on_it_still_has_a_ticket_locked_long_ago(anna, boris, ticket):
    take(ticket=ticket, by=boris)
    forgotten(ticket, boris)

    assert finish(ticket, by=anna).done == []


def test_undo_leaves_a_ticket_that_somebody_else_is_on_by_now(anna, boris, ticket):
    made = finish(ticket, by=anna, status="waiting")
    take(ticket=ticket, by=boris)

    [[number, reason]] = undo(change=made, by=anna).left

    assert number == ticket.number
    assert reason.startswith("Boris is on this ticket")


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"status": "open", "snoozed_until": SOON}, "resolved"),
        ({"status": "closed", "resolved_at": SOON, "closed_at": SOON, "archived_at": SOON}, "open"),
    ],
)
def test_what_ends_with_the_status_is_back_exactly_after_undoing(anna, ticket, columns, status):
    if status == "resolved":
        take(ticket=ticket, by=anna)
    Ticket.objects.filter(pk=ticket.pk).update(**columns)
    before = settled(ticket)

    made = finish(ticket, by=anna, status=status)

    assert settled(ticket)[2:] == (None, None, None, None)
    assert undo(change=made, by=anna).left == []
    assert settled(ticket) == before


def test_ticket_put_aside_after_the_change_is_not_put_back(anna, ticket):
    made = finish(ticket, by=anna, status="waiting")
    Ticket.objects.filter(pk=ticket.pk).update(snoozed_until=SOON)

    assert undo(change=made, by=anna).left == [[ticket.number, "Somebody has changed it since."]]


def test_ticket_without_what_resolving_needs_is_named_and_left(anna, ticket):
    category = hosting()
    lacking = TicketFactory(category=category)
    filled = TicketFactory(category=category, fields={"cause": "Full disk"})

    made = finish(ticket, lacking, filled, by=anna)

    assert [line["number"] for line in made.done] == [ticket.number, filled.number]
    assert made.refused == [[lacking.number, "Fill in first, then resolve: Root cause."]]


def test_parent_with_open_children_is_named_unless_they_are_finished_with_it(anna):
    above, parent, child, other = (TicketFactory() for _ in range(4))
    link(source=parent, target=above, kind=Relation.CHILD, by=anna)
    link(source=child, target=parent, kind=Relation.CHILD, by=anna)

    alone = finish(above, parent, other, by=anna)
    with_child = finish(above, parent, child, by=anna)

    sentence = "Child tickets are not finished yet: {}. Finish them first, or confirm."
    assert alone.refused == [
        [above.number, sentence.format(parent.number)],
        [parent.number, sentence.format(child.number)],
    ]
    assert with_child.refused == []
    assert statuses() == [Status.RESOLVED] * 4


def test_child_that_is_refused_keeps_its_chosen_parent_open(anna):
    parent, child = TicketFactory(), TicketFactory(category=hosting())
    link(source=child, target=parent, kind=Relation.CHILD, by=anna)

    made = finish(parent, child, by=anna)

    assert {number for number, _reason in made.refused} == {parent.number, child.number}
    assert made.done == []


def test_watchers_are_told_of_the_change_and_of_its_undoing(anna, boris, ticket):
    watch(ticket=ticket, by=anna, person=boris)
    made = finish(ticket, TicketFactory(), by=anna)

    undo(change=made, by=anna)

    told = PieceOfNews.objects.filter(ticket=ticket).order_by("pk").values_list("ticket", "verb", "actor", "facts")
    assert list(told) == [
        (ticket.pk, "status_changed", anna.pk, {"after": "resolved"}),
        (ticket.pk, "status_changed", anna.pk, {"after": "open"}),
    ]
    assert spread_news() == 4
    assert Notice.objects.filter(person=boris).count() == 2


@pytest.mark.parametrize("number", [1, 3, 100])
def test_finishing_many_runs_the_same_statements(anna, boris, number):
    long_ago = timezone.now() - timedelta(days=1)
    about = {"category": hosting(), "fields": {"cause": "Full disk"}, "locked_by": boris, "locked_at": long_ago}
    chosen = [TicketFactory(requester=anna, **about) for _ in range(number)]
    Watcher.objects.bulk_create([Watcher(ticket=ticket, user=boris) for ticket in chosen])
    finish(TicketFactory(**about), by=anna)

    changing, ran = count_of(lambda: finish(*chosen, by=anna))
    undoing, ran_back = count_of(lambda: undo(change=BulkChange.objects.latest("pk"), by=anna))

    assert PieceOfNews.objects.filter(ticket__in=chosen).count() == 2 * number
    assert (changing, undoing) == (9, 9), ran + ran_back
