"""Splitting messages off a ticket, and undoing it exactly."""

import pytest

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.factories import MailboxFactory, MessageFactory, ParticipantFactory, TicketFactory, UserFactory
from tests.finding import found_under
from tickets.actions.conversation import answer, note, reply
from tickets.actions.files import NewFile, store_files
from tickets.actions.merging import merge
from tickets.actions.relations import link
from tickets.actions.splitting import split, undo_split
from tickets.enums import Approval, MessageKind, Relation, Status
from tickets.models import Message, Participant, Ticket, TicketLink


@pytest.fixture
def said(anna, clara, ticket):
    """Three messages of Clara's, the second with a file."""
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.WAITING, snippet="Third", priority=3)
    made = [answer(ticket=ticket, by=clara, text=text) for text in ("First", "Second zebra", "Third")]
    store_files(message=made[1], files=[NewFile("a.txt", b"a", "text/plain")], by=None)
    ticket.refresh_from_db()
    return made


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Ticket, Message, Participant, TicketLink)]


def verbs(ticket):
    return [entry.verb for entry in Entry.objects.about(ticket)]


def test_split_makes_a_ticket_of_the_messages_with_their_files_and_a_trace_on_both(anna, clara, ticket, said):
    MailboxFactory(is_default=True)

    new = split(ticket=ticket, messages=[said[1].pk, said[2].pk], by=anna, subject="About the zebra")

    assert (new.subject, new.requester, new.organisation, new.priority) == (
        "About the zebra",
        clara,
        clara.organisation,
        3,
    )
    assert list(new.messages.order_by("pk")) == said[1:]
    assert [file.filename for file in new.messages.get(pk=said[1].pk).attachments.all()] == ["a.txt"]
    assert list(Ticket.objects.filter(pk__in=found_under("zebra"))) == [new]
    ticket.refresh_from_db()
    assert (ticket.snippet, Ticket.objects.get(pk=new.pk).snippet) == ("First", "Third")
    assert list(TicketLink.objects.values_list("source", "kind", "target")) == [(new.pk, "split", ticket.pk)]
    assert (verbs(new), verbs(ticket)[-1]) == (["ticket_opened", "ticket_split"], "ticket_split_off")
    assert not Delivery.objects.exists()


def test_split_undone_leaves_everything_as_it_was(anna, ticket, said):
    held = MessageFactory(ticket=ticket, approval=Approval.PENDING)
    Ticket.objects.filter(pk=ticket.pk).update(awaits_approval=1)
    before = everything()

    new = split(ticket=ticket, messages=[said[2].pk, held.pk], by=anna, subject="Off", requester=ticket.requester_id)

    origin = undo_split(ticket=new, by=anna)

    assert (origin, everything()) == (ticket, before)
    assert verbs(ticket)[-1] == "ticket_split_undone"
    assert list(Ticket.objects.filter(pk__in=found_under("zebra"))) == [ticket]


def test_undoing_a_split_of_a_finished_ticket_leaves_it_finished(anna, ticket, said):
    new = split(ticket=ticket, messages=[said[0].pk], by=anna, subject="Off")
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.RESOLVED, resolved_at=ticket.created_at)

    undo_split(ticket=new, by=anna)

    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED


def test_same_split_once_more_is_one_ticket(anna, ticket, said):
    made = {split(ticket=ticket, messages=[said[0].pk], by=anna, subject="Off") for _ in range(2)}

    assert len(made) == 1
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("what", ["customer", "reply", "note"])
def test_split_is_not_undone_once_something_new_was_said(anna, clara, ticket, said, what):
    new = split(ticket=ticket, messages=[said[0].pk], by=anna, subject="Off")
    if what == "customer":
        answer(ticket=new, by=clara, text="More")
    else:
        {"reply": reply, "note": note}[what](ticket=new, by=anna, text="More")

    with pytest.raises(Refused, match="Something new was said"):
        undo_split(ticket=new, by=anna)


@pytest.mark.parametrize("what", ["linked", "followed", "merged"])
def test_split_is_not_undone_once_the_ticket_has_to_do_with_others(anna, clara, ticket, said, what):
    new = split(ticket=ticket, messages=[said[0].pk], by=anna, subject="Off")
    third = TicketFactory(requester=clara, follow_up_of=new if what == "followed" else None)
    if what == "linked":
        link(source=third, target=new, kind=Relation.RELATED, by=anna)
    if what == "merged":
        merge(source=third, target=new, by=anna)

    with pytest.raises(Refused, match="has to do with others"):
        undo_split(ticket=new, by=anna)


def test_ticket_that_was_not_split_off_has_nothing_to_undo(anna, ticket):
    with pytest.raises(Refused, match="was not split"):
        undo_split(ticket=ticket, by=anna)


def test_splitting_is_for_who_works_tickets(accountant, anna, clara, ticket, said):
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            split(ticket=ticket, messages=[said[0].pk], by=person, subject="Off")
    new = split(ticket=ticket, messages=[said[0].pk], by=anna, subject="Off")

    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            undo_split(ticket=new, by=person)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (lambda said: [], "at least one message"),
        (lambda said: [each.pk for each in said], "has to stay"),
        (lambda said: [said[0].pk, MessageFactory().pk], "moved one of these"),
        (lambda said: range(1, 52), "At most 50"),
    ],
)
def test_split_that_can_not_be_is_refused_and_changes_nothing(anna, ticket, said, chosen, sentence):
    keys = chosen(said)
    before = everything()

    with pytest.raises(Refused, match=sentence):
        split(ticket=ticket, messages=keys, by=anna, subject="Off")

    assert everything() == before


def test_requester_is_somebody_who_could_read_all_of_it(anna, clara, sergei, ticket, said):
    """Sergei wrote once and was not let in, Piotr takes part, Boris has nothing to do with it."""
    piotr, boris = UserFactory(name="Piotr"), UserFactory(name="Boris")
    ParticipantFactory(ticket=ticket, user=piotr)
    held = MessageFactory(ticket=ticket, author=sergei, kind=MessageKind.INBOUND, approval=Approval.PENDING)
    for stranger in (boris, sergei):
        with pytest.raises(Refused, match="who could read"):
            split(ticket=ticket, messages=[said[0].pk, held.pk], by=anna, subject="Off", requester=stranger.pk)

    alone = split(ticket=ticket, messages=[held.pk], by=anna, subject="His own")
    both = split(ticket=ticket, messages=[said[0].pk], by=anna, subject="For Piotr", requester=piotr.pk)

    assert (alone.requester, both.requester) == (sergei, piotr)
    assert list(Ticket.objects.visible_to(sergei)) == [alone]
