"""Answers and forwards that go out by themselves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, ParticipantFactory, TicketFactory
from tickets.actions.merging import merge
from tickets.actions.pages import AnsweredMeanwhile, Page
from tickets.actions.scheduling import reschedule, schedule, send_what_is_due, unschedule
from tickets.enums import MessageKind
from tickets.models import Attachment, KeptDraft, Message

LATER = timezone.now() + timedelta(days=1)
KEY = uuid4()


def planned(ticket, by, *, kind="reply", text="Good morning", at=LATER, key=KEY, page=None, **fields):
    return schedule(ticket=ticket, by=by, kind=kind, text=text, fields=fields, send_at=at, key=key, page=page or Page())


def verbs(ticket):
    return [entry.verb for entry in Entry.objects.about(ticket)]


def make_due():
    KeptDraft.objects.update(send_at=timezone.now() - timedelta(seconds=1))


def test_planned_answer_waits_and_its_draft_is_gone(anna, ticket):
    KeptDraft.objects.create(ticket=ticket, author=anna, kind="reply", text="Good", version=3)

    planned(ticket, anna, page=Page(version=3))

    draft = KeptDraft.objects.get()
    assert (draft.send_at, draft.text) == (LATER, "Good morning")
    assert send_what_is_due() == 0
    assert not Message.objects.exists()
    assert verbs(ticket) == ["sending_planned"]


def test_same_form_twice_is_planned_once(anna, ticket):
    assert planned(ticket, anna) == planned(ticket, anna)

    assert verbs(ticket) == ["sending_planned"]


def test_due_answer_goes_out_as_its_author_to_whom_its_page_named(anna, clara, ticket):
    named = ParticipantFactory(ticket=ticket).user
    file = Attachment.objects.create(uploaded_by=anna, filename="a.txt", size=1, sha256="0", file="x")
    fields = {"shown": [clara.pk, named.pk], "left_out": [named.email], "then": "resolved", "cc": "b@x.example"}
    planned(ticket, anna, **fields, files=[{"id": str(file.pk), "name": "a.txt", "size": 1}])
    ParticipantFactory(ticket=ticket)  # came after it was planned
    make_due()

    send_what_is_due()
    send_what_is_due()

    message = Message.objects.get()
    assert (message.author, message.text, message.held_until) == (anna, "Good morning", None)
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {clara.email, "b@x.example"}
    assert message.attachments.get() == file
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
    assert not KeptDraft.objects.exists()


def test_due_answer_to_a_ticket_that_was_merged_goes_out_on_the_other_one(anna, clara, ticket):
    planned(ticket, anna, shown=[clara.pk], left_out=[])
    target = TicketFactory()
    merge(source=ticket, target=target, by=anna, is_confirmed=True)
    make_due()

    send_what_is_due()

    assert [each.recipient for each in Delivery.objects.all()] == [clara.email]
    assert {message.ticket for message in Message.objects.filter(text="Good morning")} == {ticket, target}


def test_due_forward_goes_out(anna, ticket):
    planned(ticket, anna, kind="forward", to="it@other.example", history="without")
    make_due()

    send_what_is_due()

    message = Message.objects.get()
    assert (message.kind, message.flags) == (MessageKind.NOTE, {"forwarded": True, "without_history": True})


def test_answer_that_can_not_be_sent_is_a_draft_again_and_its_author_is_told(anna, ticket):
    planned(ticket, anna)
    anna.role = "accountant"
    anna.save()
    make_due()

    send_what_is_due()

    draft = KeptDraft.objects.get()
    assert (draft.send_at, draft.text) == (None, "Good morning")
    assert draft.refusal == "Your role does not allow this. Ask an administrator if you need it."
    assert Delivery.objects.get().recipient == anna.email
    assert verbs(ticket) == ["sending_planned", "sending_failed"]


def test_one_that_breaks_keeps_no_other_from_going(anna, ticket):
    planned(ticket, anna, files=[{"id": "no key"}])
    planned(ticket, anna, key=uuid4(), text="The other")
    make_due()

    with pytest.raises(ExceptionGroup):
        send_what_is_due()

    assert Message.objects.get().text == "The other"
    assert KeptDraft.objects.get().text == "Good morning"


def test_planned_answer_is_moved_and_given_up(anna, ticket):
    draft = planned(ticket, anna, cc="b@x.example")

    reschedule(draft=draft, by=anna, send_at=LATER + timedelta(hours=1))
    assert KeptDraft.objects.get().send_at == LATER + timedelta(hours=1)
    unschedule(draft=draft, by=anna)

    draft = KeptDraft.objects.get()
    assert (draft.send_at, draft.text, draft.fields) == (None, "Good morning", {"cc": "b@x.example"})
    assert verbs(ticket) == ["sending_planned", "sending_moved", "sending_given_up"]
    with pytest.raises(Refused, match="It is already gone"):
        unschedule(draft=draft, by=anna)


def test_nobody_else_changes_it(anna, accountant, ticket):
    draft = planned(ticket, anna)

    for change in (
        lambda: reschedule(draft=draft, by=accountant, send_at=LATER),
        lambda: unschedule(draft=draft, by=accountant),
        lambda: planned(ticket, accountant),
    ):
        with pytest.raises(NotAllowed):
            change()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"at": timezone.now()}, "This time is over"),
        ({"at": timezone.now() + timedelta(days=400)}, "more than a year ahead"),
        ({"text": " "}, "Write something"),
        ({"kind": "forward"}, "Say to whom"),
    ],
)
def test_what_could_not_be_sent_is_not_planned(anna, ticket, given, sentence):
    with pytest.raises(Refused, match=sentence):
        planned(ticket, anna, **given)

    assert not KeptDraft.objects.exists()


def test_answer_to_a_page_that_is_behind_is_not_planned(anna, ticket):
    MessageFactory(ticket=ticket)

    with pytest.raises(AnsweredMeanwhile):
        planned(ticket, anna, page=Page(seen=0))
