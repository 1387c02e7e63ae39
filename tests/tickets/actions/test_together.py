"""The same change for many tickets at once, and its undoing."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory
from tests.statements import count_of
from tickets.actions import together
from tickets.actions.assignment import assign
from tickets.actions.merging import merge
from tickets.actions.putting_back import undo
from tickets.actions.status import change_priority, change_status
from tickets.enums import Priority, Status
from tickets.models import BulkChange, Ticket

pytestmark = pytest.mark.django_db
KEY = UUID(int=17)
COLUMNS = ("status", "priority", "assignee_id", "team_id", "tags", "resolved_at", "closed_at", "active_at")


def numbers(*tickets):
    return [ticket.number for ticket in tickets]


def state(*tickets):
    """What an undo has to bring back, by ticket."""
    keys = [ticket.pk for ticket in tickets]
    return dict(zip(keys, Ticket.objects.filter(pk__in=keys).order_by("pk").values_list(*COLUMNS), strict=True))


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


def raised(anna, *tickets, key=KEY, priority=Priority.HIGH):
    return together.change_priority_of_chosen(numbers=numbers(*tickets), by=anna, key=key, priority=priority)


@pytest.fixture
def boris(db):
    return StaffFactory(name="Boris")


def test_chosen_tickets_are_given_to_somebody_and_new_ones_become_open(anna, boris):
    new, his = TicketFactory(status=Status.NEW), TicketFactory(status=Status.WAITING, assignee=boris)

    made = together.assign_chosen(numbers=numbers(new, his), by=anna, key=KEY, assignee=boris)

    new.refresh_from_db()
    assert (new.assignee, new.status) == (boris, "open")
    assert [line["number"] for line in made.done] == [new.number]
    assert lines(new) == [("assigned", {"before": None, "after": boris.pk, "together": made.pk})]
    assert (lines(his), made.refused) == ([], [])


def test_chosen_tickets_go_to_a_team_and_leave_who_is_not_in_it(anna, boris):
    team = TeamFactory()
    team.members.add(anna)
    hers, his = TicketFactory(assignee=anna), TicketFactory(assignee=boris)

    together.hand_chosen_to_team(numbers=numbers(hers, his), by=anna, key=KEY, team=team)

    assert [(t.team, t.assignee) for t in Ticket.objects.order_by("pk")] == [(team, anna), (team, None)]


def test_chosen_tickets_get_a_status_each_with_its_own_times(anna):
    resolved, opened = TicketFactory(status=Status.RESOLVED), TicketFactory()
    resolved_at = resolved.resolved_at

    together.change_status_of_chosen(numbers=numbers(resolved, opened), by=anna, key=KEY, status="closed")

    resolved.refresh_from_db()
    opened.refresh_from_db()
    assert (resolved.status, resolved.resolved_at) == ("closed", resolved_at)
    assert opened.resolved_at == opened.closed_at == opened.active_at


def test_tags_are_added_and_taken_away_and_the_full_ticket_is_named(anna):
    full = TicketFactory(tags=[f"tag-{number}" for number in range(20)])
    one = TicketFactory(tags=["mail"])

    added = together.tag_chosen(numbers=numbers(full, one), by=anna, key=uuid4(), tags=["VPN", "mail"])
    taken = together.untag_chosen(numbers=numbers(full, one), by=anna, key=uuid4(), tags=["mail", "tag-0"])

    assert added.refused == [[full.number, "A ticket has at most 20 tags."]]
    assert (added.done[0]["after"], taken.refused) == ({"tags": ["mail", "vpn"]}, [])
    assert [len(ticket.tags) for ticket in Ticket.objects.order_by("pk")] == [19, 1]


def test_tickets_that_are_not_seen_are_named_and_the_others_changed():
    oleg = StaffFactory(role=Role.CONTRACTOR)
    granted = TicketFactory(team=GrantFactory(contractor=oleg).team)
    secret = TicketFactory()

    made = raised(oleg, granted, secret)

    assert [line["number"] for line in made.done] == [granted.number]
    assert made.refused == [[secret.number, "You see no such ticket."]]
    assert Ticket.objects.get(pk=secret.pk).priority == Priority.NORMAL


def test_change_of_chosen_tickets_by_who_may_not_work_them_is_refused(accountant, ticket):
    with pytest.raises(NotAllowed):
        raised(accountant, ticket)

    assert not BulkChange.objects.exists()


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ([], "Choose tickets first."),
        (range(1, 202), "At most 200 tickets can be changed at once."),
        ([-1, 2**70], "Ch"),
    ],
)
def test_change_of_no_or_too_many_tickets_is_refused(anna, chosen, reason):
    with pytest.raises(Refused, match=reason):
        together.change_status_of_chosen(numbers=chosen, by=anna, key=KEY, status="closed")


def test_value_that_does_not_exist_is_refused_for_each_ticket(anna, ticket):
    made = together.change_status_of_chosen(numbers=numbers(ticket), by=anna, key=KEY, status="lost")

    assert (made.done, made.refused) == ([], [[ticket.number, "There is no such status."]])


def test_same_form_sent_twice_changes_once(anna, ticket):
    first = raised(anna, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(priority=Priority.LOW)

    second = raised(anna, ticket)

    assert second == first
    assert state(ticket)[ticket.pk][1] == Priority.LOW


@pytest.mark.parametrize("number", [1, 3, 100])
def test_change_of_many_and_its_undoing_run_the_same_statements(anna, boris, number):
    chosen = [TicketFactory(requester=anna, assignee=boris, team=TeamFactory()) for _ in range(number)]
    team = TeamFactory()

    changing, ran = count_of(
        lambda: together.hand_chosen_to_team(numbers=numbers(*chosen), by=anna, key=KEY, team=team)
    )
    undoing, ran_back = count_of(lambda: undo(change=BulkChange.objects.get(), by=anna))

    assert (changing, undoing) == (9, 11), ran + ran_back
    assert not Ticket.objects.filter(team=team).exists()


def test_rooms_above_hear_of_each_ticket(anna, told):
    raised(anna, TicketFactory(), TicketFactory())

    assert [(name, facts["change"]) for name, facts in told] == [("ticket_changed", "priority_changed")] * 2


def test_undo_puts_every_column_back_to_the_microsecond(anna, boris):
    chosen = [TicketFactory(status=status, assignee=boris, tags=["a"]) for status in Status.values]
    before = state(*chosen)

    for act in (
        lambda: together.change_status_of_chosen(numbers=numbers(*chosen), by=anna, key=uuid4(), status="waiting"),
        lambda: together.assign_chosen(numbers=numbers(*chosen), by=anna, key=uuid4(), assignee=None),
        lambda: together.hand_chosen_to_team(numbers=numbers(*chosen), by=anna, key=uuid4(), team=TeamFactory()),
        lambda: together.tag_chosen(numbers=numbers(*chosen), by=anna, key=uuid4(), tags=["b"]),
    ):
        made = act()
        assert state(*chosen) != before
        assert undo(change=made, by=anna).left == []
        assert state(*chosen) == before


def test_undo_writes_the_way_back_into_the_journal(anna, ticket):
    made = raised(anna, ticket)

    undo(change=made, by=anna)

    assert [facts for _verb, facts in lines(ticket)] == [
        {"before": 2, "after": 3, "together": made.pk},
        {"before": 3, "after": 2, "together": made.pk, "is_undone": True},
    ]


def _by_another(ticket, anna, boris):
    change_priority(ticket=ticket, by=boris, priority=Priority.URGENT)


def _there_and_back(ticket, anna, boris):
    change_priority(ticket=ticket, by=boris, priority=Priority.URGENT)
    change_priority(ticket=ticket, by=boris, priority=Priority.HIGH)


def _otherwise(ticket, anna, boris):
    change_status(ticket=ticket, by=boris, status=Status.WAITING)


def _in_silence(ticket, anna, boris):
    Ticket.objects.filter(pk=ticket.pk).update(priority=Priority.LOW)


@pytest.mark.parametrize("touch", [_by_another, _there_and_back, _otherwise, _in_silence])
def test_undo_leaves_what_somebody_changed_since_and_names_it(anna, boris, touch):
    kept, touched = TicketFactory(), TicketFactory()
    made = raised(anna, kept, touched)
    touch(touched, anna, boris)
    after = state(touched)

    undone = undo(change=made, by=anna)

    assert undone.left == [[touched.number, "Somebody has changed it since."]]
    assert (state(kept)[kept.pk][1], state(touched)) == (Priority.NORMAL, after)


def test_undo_of_either_of_two_changes_works_when_nobody_else_came_between(anna, ticket):
    first = raised(anna, ticket)
    together.change_status_of_chosen(numbers=numbers(ticket), by=anna, key=uuid4(), status="waiting")

    assert undo(change=first, by=anna).left == []
    assert state(ticket)[ticket.pk][:2] == ("waiting", Priority.NORMAL)


def test_undo_of_a_status_after_the_customer_wrote_leaves_the_ticket(anna, ticket):
    made = together.change_status_of_chosen(numbers=numbers(ticket), by=anna, key=KEY, status="open")
    made = together.change_status_of_chosen(numbers=numbers(ticket), by=anna, key=uuid4(), status="on_hold")
    Ticket.objects.filter(pk=ticket.pk).update(active_at=timezone.now())

    assert undo(change=made, by=anna).left == [[ticket.number, "Somebody has changed it since."]]


def test_undo_gives_nothing_back_to_who_left_or_to_a_team_that_is_off(anna, boris):
    his, queued = TicketFactory(assignee=boris), TicketFactory(team=TeamFactory(name="Old"))
    given = together.assign_chosen(numbers=numbers(his), by=anna, key=uuid4(), assignee=anna)
    handed = together.hand_chosen_to_team(numbers=numbers(queued), by=anna, key=uuid4(), team=TeamFactory())
    User.objects.filter(pk=boris.pk).update(role=Role.ACCOUNTANT)
    type(queued.team).objects.filter(name="Old").update(is_active=False)

    left = undo(change=given, by=anna).left + undo(change=handed, by=anna).left

    assert left == [
        [his.number, "Boris does not work tickets: choose somebody else."],
        [queued.number, "The team “Old” is switched off: choose another."],
    ]


def test_undo_of_a_ticket_that_is_no_longer_seen_leaves_it():
    oleg = StaffFactory(role=Role.CONTRACTOR)
    ticket = TicketFactory(team=GrantFactory(contractor=oleg).team)
    made = together.hand_chosen_to_team(numbers=numbers(ticket), by=oleg, key=KEY, team=TeamFactory())

    assert undo(change=made, by=oleg).left == [[ticket.number, "You no longer see this ticket."]]


def test_undo_by_somebody_else_is_refused(anna, boris, ticket):
    made = raised(anna, ticket)

    with pytest.raises(NotAllowed):
        undo(change=made, by=boris)


def test_undo_too_late_is_refused(anna, ticket):
    made = raised(anna, ticket)
    BulkChange.objects.update(made_at=timezone.now() - timedelta(hours=2))

    with pytest.raises(Refused, match="too long ago"):
        undo(change=made, by=anna)


def test_undo_twice_undoes_once(anna, boris, ticket):
    made = raised(anna, ticket)
    undo(change=made, by=anna)
    assign(ticket=ticket, by=boris, assignee=boris)
    after = state(ticket)

    undo(change=made, by=anna)

    assert (state(ticket), len(lines(ticket))) == (after, 3)


def test_old_changes_of_a_person_go_with_their_next(anna, boris, ticket):
    raised(anna, ticket)
    raised(boris, ticket, priority=Priority.LOW)
    BulkChange.objects.update(made_at=timezone.now() - timedelta(days=2))

    last = raised(anna, ticket, key=uuid4())

    assert set(BulkChange.objects.all()) == {last, BulkChange.objects.get(by=boris)}


def test_merged_ticket_among_the_chosen_is_named_and_left(anna):
    kept, merged = TicketFactory(), TicketFactory()
    merge(source=merged, target=kept, by=anna, is_confirmed=True)

    made = raised(anna, kept, merged)

    assert [line["number"] for line in made.done] == [kept.number]
    assert made.refused == [[merged.number, "This ticket was merged into another one: go on there."]]
