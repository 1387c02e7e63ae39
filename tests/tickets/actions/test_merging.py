"""Merging tickets, what happens to them meanwhile, and undoing it exactly."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.factories import (
    GrantFactory,
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tickets.actions import assignment, conversation, moving, participation
from tickets.actions import status as states
from tickets.actions.merging import merge, unmerge
from tickets.actions.recipients import Recipient
from tickets.enums import Approval, MessageKind, Status
from tickets.models import Merge, Message, Participant, Ticket


@pytest.fixture
def jonas(clara):
    """A colleague of Clara's."""
    return UserFactory(name="Jonas Weber", email="jonas@shop.example", organisation=clara.organisation)


@pytest.fixture
def source(jonas):
    made = TicketFactory(requester=jonas, subject="Still no mail", status=Status.WAITING, snippet="His words")
    MessageFactory(ticket=made, text="His words", html="")
    return made


@pytest.fixture
def merged(anna, source, ticket):
    merge(source=source, target=ticket, by=anna)
    source.refresh_from_db()
    ticket.refresh_from_db()
    return source


def everything():
    """All that is kept of tickets, messages and participants."""
    return [list(model.objects.order_by("pk").values()) for model in (Ticket, Message, Participant)]


def verbs(ticket):
    return [entry.verb for entry in Entry.objects.about(ticket)]


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_merge_is_a_pointer_that_moves_nothing(anna, source, ticket, told):
    before = everything()

    made = merge(source=source, target=ticket, by=anna)

    after = everything()
    assert (made.source_status, made.merged_by, made.undone_at) == (Status.WAITING, anna, None)
    row = next(each for each in after[0] if each["id"] == source.pk)
    assert row["merged_into_id"] == ticket.pk
    row["merged_into_id"] = None
    assert after == before
    assert (verbs(source), verbs(ticket)) == (["ticket_merged"], ["ticket_merged_here"])
    assert [name for name, facts in told] == ["ticket_changed", "ticket_changed"]


def test_merge_undone_leaves_everything_as_it_was(anna, source, ticket):
    MessageFactory(ticket=source, approval=Approval.PENDING)
    Ticket.objects.filter(pk=source.pk).update(awaits_approval=1)
    Ticket.objects.filter(pk=ticket.pk).update(awaits_approval=2)
    before = everything()
    merge(source=fresh(source), target=fresh(ticket), by=anna)
    counted = fresh(ticket).awaits_approval

    undone = unmerge(source=fresh(source), by=anna)

    assert counted == 3
    assert everything() == before
    assert undone.undone_by == anna
    assert verbs(source) == ["ticket_merged", "ticket_unmerged"]
    assert verbs(ticket) == ["ticket_merged_here", "ticket_unmerged_here"]


def test_the_same_merge_and_the_same_undoing_once_more_change_nothing(anna, source, ticket):
    first = merge(source=source, target=ticket, by=anna)
    again = merge(source=fresh(source), target=ticket, by=anna)
    undone = unmerge(source=fresh(source), by=anna)
    undone_again = unmerge(source=fresh(source), by=anna)

    assert first == again == undone == undone_again
    assert Merge.objects.count() == 1
    assert verbs(source) == ["ticket_merged", "ticket_unmerged"]


def test_merged_once_more_after_undoing_is_another_merge(anna, merged, ticket):
    unmerge(source=merged, by=anna)

    merge(source=fresh(merged), target=ticket, by=anna)

    assert fresh(merged).merged_into == ticket
    assert [each.undone_at is None for each in Merge.objects.order_by("pk")] == [False, True]


def test_merge_into_a_merged_ticket_goes_to_where_that_went(anna, clara, merged, ticket):
    third = TicketFactory(requester=clara)

    merge(source=third, target=merged, by=anna)

    assert fresh(third).merged_into == ticket


def test_ticket_others_are_merged_into_is_not_merged_itself(anna, clara, merged, ticket):
    with pytest.raises(Refused, match="Others are merged"):
        merge(source=ticket, target=TicketFactory(requester=clara), by=anna)


@pytest.mark.parametrize("into", ["itself", "what is merged into it"])
def test_merge_never_goes_round(anna, merged, ticket, into):
    with pytest.raises(Refused, match="into itself"):
        merge(source=ticket, target=ticket if into == "itself" else merged, by=anna)


def test_merged_ticket_is_not_merged_elsewhere(anna, clara, merged):
    with pytest.raises(Refused, match="merged into another one already"):
        merge(source=merged, target=TicketFactory(requester=clara), by=anna)


def test_ticket_that_was_merged_after_it_was_looked_at_is_refused(anna, clara, source, ticket):
    stale, third = fresh(ticket), TicketFactory(requester=clara)
    merge(source=ticket, target=third, by=anna)

    with pytest.raises(Refused, match="meanwhile"):
        merge(source=source, target=stale, by=anna)


def test_work_does_not_vanish_into_a_finished_ticket(anna, clara, source):
    finished = TicketFactory(requester=clara, status=Status.RESOLVED)

    with pytest.raises(Refused, match=f"{finished.number} is finished and {source.number} is not"):
        merge(source=source, target=finished, by=anna)


def test_tickets_of_two_organisations_are_never_merged(anna, source):
    other = TicketFactory(requester=UserFactory(organisation=OrganisationFactory()))

    with pytest.raises(Refused, match="different organisations"):
        merge(source=source, target=other, by=anna, is_confirmed=True)


@pytest.mark.parametrize("where", ["requester", "participant"])
def test_people_who_are_not_colleagues_are_merged_when_confirmed(anna, sergei, source, ticket, where):
    if where == "requester":
        ticket = TicketFactory(requester=sergei)
    else:
        ParticipantFactory(ticket=ticket, user=sergei)
    with pytest.raises(Refused, match="confirm"):
        merge(source=source, target=ticket, by=anna)
    assert not Merge.objects.exists()

    merge(source=source, target=ticket, by=anna, is_confirmed=True)

    assert fresh(source).merged_into == ticket


def test_two_tickets_of_one_stranger_need_no_confirming(anna, sergei):
    one, other = TicketFactory(requester=sergei), TicketFactory(requester=sergei)

    merge(source=one, target=other, by=anna)

    assert fresh(one).merged_into == other


def test_merging_is_for_who_works_tickets(accountant, anna, clara, source, ticket):
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            merge(source=source, target=ticket, by=person)
    merge(source=source, target=ticket, by=anna)

    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            unmerge(source=source, by=person)

    assert verbs(source) == ["ticket_merged"]


def test_contractor_merges_and_unmerges_only_what_they_see(anna, source, ticket):
    team = TeamFactory()
    oleg = GrantFactory(contractor=StaffFactory(role=Role.CONTRACTOR), team=team).contractor
    Ticket.objects.filter(pk=source.pk).update(team=team)
    with pytest.raises(Refused, match="no ticket with that number"):
        merge(source=fresh(source), target=ticket, by=oleg)
    merge(source=fresh(source), target=ticket, by=anna)

    with pytest.raises(Refused, match="no ticket with that number"):
        unmerge(source=fresh(source), by=oleg)

    assert fresh(source).merged_into == ticket


def test_ticket_that_was_never_merged_has_nothing_to_undo(anna, ticket):
    with pytest.raises(Refused, match="was not merged"):
        unmerge(source=ticket, by=anna)


def test_nothing_is_worked_on_a_merged_ticket(anna, clara, merged, ticket):
    message = Message.objects.get(ticket=merged)
    stale = Ticket(pk=merged.pk)
    refused = [
        lambda: conversation.reply(ticket=stale, by=anna, text="Late"),
        lambda: conversation.forward(ticket=stale, by=anna, to=[Recipient("", "a@b.example")], text="Late"),
        lambda: states.change_status(ticket=stale, by=anna, status=Status.CLOSED),
        lambda: states.change_tags(ticket=stale, by=anna, tags=["late"]),
        lambda: assignment.assign(ticket=stale, by=anna, assignee=anna),
        lambda: participation.add(ticket=stale, by=anna, person=clara),
        lambda: moving.move(message=message, to=ticket, by=anna),
    ]
    before = everything()

    for action in refused:
        with pytest.raises(Refused, match="merged into another one"):
            action()

    assert everything() == before


def test_customer_answering_a_merged_ticket_wakes_the_other_one_and_is_not_read_there(anna, jonas, merged, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.RESOLVED, resolved_at=ticket.created_at, snippet="Hers")

    message = conversation.answer(ticket=Ticket(pk=merged.pk), by=jonas, text="My password is hunter2")

    assert message.ticket == merged
    assert (fresh(ticket).status, fresh(ticket).snippet, fresh(ticket).resolved_at) == (Status.OPEN, "Hers", None)
    assert (fresh(merged).status, fresh(merged).snippet) == (Status.OPEN, "My password is hunter2")
    assert fresh(ticket).active_at > ticket.active_at
    assert (verbs(merged)[-1], verbs(ticket)[-1]) == ("received", "received")


def test_held_message_of_a_merged_ticket_counts_and_is_let_in_on_both(anna, sergei, merged, ticket):
    Ticket.objects.filter(pk__in=[merged.pk, ticket.pk]).update(awaits_approval=1, status=Status.WAITING)
    held = MessageFactory(ticket=merged, author=sergei, approval=Approval.PENDING)

    participation.approve(message=Message.objects.select_related("ticket", "author").get(pk=held.pk), by=anna)

    found = [(each.awaits_approval, each.status) for each in (fresh(merged), fresh(ticket))]
    assert found == [(0, Status.OPEN), (0, Status.OPEN)]
    assert list(Participant.objects.values_list("ticket", "user")) == [(merged.pk, sergei.pk)]


def test_answer_goes_to_the_people_of_both_each_as_of_their_own_ticket(anna, clara, jonas, merged, ticket):
    MailboxFactory(is_default=True)

    answer = conversation.reply(ticket=ticket, by=anna, text="It works again.", then=Status.RESOLVED)

    copy = Message.objects.get(ticket=merged, kind=MessageKind.REPLY)
    assert (answer.ticket, answer.text) == (ticket, copy.text)
    assert answer.sent_to == [{"name": clara.name, "address": clara.email}]
    assert copy.sent_to == [{"name": jonas.name, "address": jonas.email}]
    assert (answer.subject, copy.subject) == ("No mail", "Still no mail")
    sent = Delivery.objects.order_by("recipient").values_list("recipient", "conversation", "subject_id")
    assert list(sent) == [(clara.email, ticket.number, answer.pk), (jonas.email, merged.number, copy.pk)]
    assert answer.flags == {"copies": [copy.pk], "copied_to": copy.sent_to}
    assert [fresh(each).status for each in (merged, ticket)] == [Status.RESOLVED, Status.RESOLVED]


def test_whoever_is_on_both_gets_an_answer_once(anna, clara, jonas, merged, ticket):
    MailboxFactory(is_default=True)
    ParticipantFactory(ticket=merged, user=clara)
    ParticipantFactory(ticket=ticket, user=jonas)

    answer = conversation.reply(ticket=ticket, by=anna, text="It works again.")

    assert list(Message.objects.filter(kind=MessageKind.REPLY)) == [answer]
    assert sorted(Delivery.objects.values_list("recipient", flat=True)) == [clara.email, jonas.email]
    assert fresh(merged).status == Status.WAITING


def test_answer_sent_twice_with_one_key_is_one_answer_to_each(anna, merged, ticket):
    for _ in range(2):
        conversation.reply(ticket=ticket, by=anna, text="It works again.", idempotency_key="one")

    assert Message.objects.filter(kind=MessageKind.REPLY).count() == 2


def test_answer_after_undoing_goes_to_one_ticket_alone(anna, merged, ticket):
    unmerge(source=merged, by=anna)

    conversation.reply(ticket=ticket, by=anna, text="It works again.")

    assert not Message.objects.filter(ticket=merged, kind=MessageKind.REPLY).exists()


def test_undoing_leaves_each_ticket_what_its_people_said_and_were_told(anna, clara, jonas, merged, ticket):
    conversation.answer(ticket=merged, by=jonas, text="From Jonas")
    conversation.answer(ticket=ticket, by=clara, text="From Clara")
    conversation.reply(ticket=ticket, by=anna, text="To both")
    conversation.note(ticket=ticket, by=anna, text="Among us")

    unmerge(source=fresh(merged), by=anna)

    said = {each: list(each.messages.order_by("pk").values_list("text", flat=True)) for each in (merged, ticket)}
    assert said == {merged: ["His words", "From Jonas", "To both"], ticket: ["From Clara", "To both", "Among us"]}
    assert fresh(merged).status == Status.WAITING


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER])
def test_no_customer_sees_more_through_a_merge_than_before_but_the_answers(anna, sergei, source, role):
    """Sergei, of no organisation, and Jonas of the shop: whatever is said, each sees their own ticket's alone."""
    jonas = source.requester
    for person in (jonas, sergei):
        person.role = role
        person.save(update_fields=["role"])
    target = TicketFactory(requester=sergei, subject="Sergei's secret matter", snippet="Secret")
    MessageFactory(ticket=target, text="Secret of Sergei", html="")
    merge(source=source, target=target, by=anna, is_confirmed=True)
    conversation.answer(ticket=fresh(source), by=jonas, text="Secret of Jonas")
    conversation.note(ticket=target, by=anna, text="Note")
    conversation.reply(ticket=target, by=anna, text="Answer")

    def seen(person):
        return list(Message.objects.visible_to(person).order_by("pk").values_list("text", flat=True))

    assert seen(jonas) == ["His words", "Secret of Jonas", "Answer"]
    assert seen(sergei) == ["Secret of Sergei", "Answer"]
    assert list(Ticket.objects.visible_to(jonas)) == [source]
    assert list(Ticket.objects.visible_to(sergei)) == [target]
    assert "Jonas" not in fresh(target).snippet
