"""Links of tickets, and parents whose children are not finished."""

from itertools import pairwise

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory
from tickets.actions.conversation import reply
from tickets.actions.merging import merge
from tickets.actions.relations import OpenChildren, link, unlink
from tickets.actions.status import change_status
from tickets.enums import Relation, Status
from tickets.models import Message, Ticket, TicketLink


@pytest.fixture
def other(clara):
    return TicketFactory(requester=clara, subject="The other", status=Status.OPEN)


@pytest.fixture
def oleg(db):
    """A contractor who sees the queue of one team."""
    return GrantFactory(contractor=StaffFactory(name="Oleg", role=Role.CONTRACTOR), team=TeamFactory()).contractor


def told_of(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


def rows():
    return list(TicketLink.objects.order_by("pk").values_list("source", "kind", "target"))


@pytest.mark.parametrize("kind", [Relation.RELATED, Relation.DUPLICATE, Relation.CHILD])
def test_link_is_kept_once_and_told_on_both(anna, ticket, other, kind):
    first = link(source=ticket, target=other, kind=kind, by=anna)
    again = link(source=ticket, target=other, kind=kind, by=anna)

    assert first == again
    assert rows() == [(ticket.pk, kind, other.pk)]
    assert told_of(ticket) == [("ticket_linked", {"kind": kind, "after": other.number})]
    assert told_of(other) == [("ticket_linked_here", {"kind": kind, "before": ticket.number})]


def test_see_also_holds_both_ways(anna, ticket, other):
    first = link(source=ticket, target=other, kind=Relation.RELATED, by=anna)

    assert link(source=other, target=ticket, kind=Relation.RELATED, by=anna) == first


def test_link_taken_away_is_gone_and_told_on_both_once(anna, ticket, other):
    made = link(source=ticket, target=other, kind=Relation.RELATED, by=anna)

    for _ in range(2):
        unlink(link=TicketLink(pk=made.pk, source=ticket, target=other, kind=made.kind), by=anna)

    assert rows() == []
    assert [verb for verb, _ in told_of(ticket)] == ["ticket_linked", "ticket_unlinked"]
    assert [verb for verb, _ in told_of(other)] == ["ticket_linked_here", "ticket_unlinked_here"]


@pytest.mark.parametrize("person", ["clara", "accountant"])
def test_linking_is_for_who_works_tickets(request, anna, ticket, other, person):
    somebody = request.getfixturevalue(person)
    with pytest.raises(NotAllowed):
        link(source=ticket, target=other, kind=Relation.RELATED, by=somebody)
    made = link(source=ticket, target=other, kind=Relation.RELATED, by=anna)

    with pytest.raises(NotAllowed):
        unlink(link=made, by=somebody)

    assert rows() == [(ticket.pk, "related", other.pk)]


def test_contractor_links_and_unlinks_only_what_they_see(anna, oleg, ticket, other):
    Ticket.objects.filter(pk=ticket.pk).update(team=oleg.grants.get().team)
    with pytest.raises(Refused, match="no ticket with that number"):
        link(source=ticket, target=other, kind=Relation.RELATED, by=oleg)
    made = link(source=ticket, target=other, kind=Relation.RELATED, by=anna)

    with pytest.raises(Refused, match="no ticket with that number"):
        unlink(link=made, by=oleg)


@pytest.mark.parametrize("kind", ["split", "sibling", ""])
def test_kinds_that_nobody_makes_by_hand_are_refused(anna, ticket, other, kind):
    with pytest.raises(Refused, match="no such relation"):
        link(source=ticket, target=other, kind=kind, by=anna)


def test_ticket_is_not_linked_to_itself_nor_to_a_merged_one(anna, clara, ticket, other):
    merge(source=other, target=TicketFactory(requester=clara), by=anna)

    with pytest.raises(Refused, match="nothing to do with itself"):
        link(source=ticket, target=ticket, kind=Relation.RELATED, by=anna)
    with pytest.raises(Refused, match="merged into another one"):
        link(source=ticket, target=other, kind=Relation.RELATED, by=anna)


def test_two_tickets_are_not_duplicates_of_each_other(anna, ticket, other):
    link(source=ticket, target=other, kind=Relation.DUPLICATE, by=anna)

    with pytest.raises(Refused, match="duplicate of this one already"):
        link(source=other, target=ticket, kind=Relation.DUPLICATE, by=anna)


def test_ticket_has_one_parent(anna, clara, ticket, other):
    link(source=ticket, target=other, kind=Relation.CHILD, by=anna)

    with pytest.raises(Refused, match="child of another one already"):
        link(source=ticket, target=TicketFactory(requester=clara), kind=Relation.CHILD, by=anna)


@pytest.mark.parametrize("between", [0, 2])
def test_parents_never_go_round(anna, clara, ticket, other, between):
    line = [ticket, *(TicketFactory(requester=clara) for _ in range(between)), other]
    for child, parent in pairwise(line):
        link(source=child, target=parent, kind=Relation.CHILD, by=anna)

    with pytest.raises(Refused, match="itself below this one"):
        link(source=other, target=ticket, kind=Relation.CHILD, by=anna)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_parent_with_open_children_is_finished_when_confirmed(anna, ticket, other, status):
    link(source=other, target=ticket, kind=Relation.CHILD, by=anna)
    with pytest.raises(OpenChildren, match=f"not finished yet: {other.number}"):
        change_status(ticket=ticket, by=anna, status=status)
    with pytest.raises(OpenChildren):
        reply(ticket=ticket, by=anna, text="Done.", then=status)
    assert not Message.objects.exists()

    change_status(ticket=ticket, by=anna, status=status, is_confirmed=True)
    reply(ticket=ticket, by=anna, text="Done.", then=Status.RESOLVED, is_confirmed=True)

    assert Ticket.objects.get(pk=other.pk).status == Status.OPEN
    assert Message.objects.get().text == "Done."


def test_parent_whose_children_are_finished_merged_or_unseen_is_finished_unasked(anna, clara, oleg, ticket):
    team = oleg.grants.get().team
    Ticket.objects.filter(pk=ticket.pk).update(team=team)
    done = TicketFactory(requester=clara, status=Status.RESOLVED, team=team)
    merged = TicketFactory(requester=clara, merged_into=done, team=team)
    unseen = TicketFactory(requester=clara)
    for child in (done, unseen):
        link(source=child, target=ticket, kind=Relation.CHILD, by=anna)
    TicketLink.objects.create(source=merged, target=ticket, kind=Relation.CHILD, made_by=anna)

    change_status(ticket=ticket, by=oleg, status=Status.RESOLVED)

    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED
