"""Taking back what was sent, within the seconds before it goes out."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, ParticipantFactory, TicketFactory
from tests.finding import found_under
from tickets.actions.conversation import forward, reply
from tickets.actions.files import NewFile, upload
from tickets.actions.merging import merge
from tickets.actions.pages import Page
from tickets.actions.recipients import read_addresses
from tickets.actions.status import change_status
from tickets.actions.undoing import take_back
from tickets.enums import Status
from tickets.models import Attachment, KeptDraft, Message, Participant

FIELDS = {"cc": "boss@shop.example", "then": "resolved"}
PAGE = Page(undo=timedelta(seconds=10), fields=FIELDS)


def said(ticket, by, **given):
    given = {"text": "It works.", "page": PAGE, "then": Status.RESOLVED} | given
    return reply(ticket=ticket, by=by, cc=read_addresses("boss@shop.example"), **given)


def standing(ticket):
    ticket.refresh_from_db()
    names = ("status", "snippet", "active_at", "resolved_at", "closed_at", "first_response_at")
    return {name: getattr(ticket, name) for name in names}


def test_answer_waits_its_seconds_and_no_customer_sees_it_before(anna, clara, ticket):
    before = timezone.now()

    message = said(ticket, anna)

    due = set(Delivery.objects.values_list("due_at", flat=True))
    assert due == {message.held_until}
    assert timedelta(seconds=9) < message.held_until - before < timedelta(seconds=12)
    assert not Message.objects.visible_to(clara).exists()
    assert not Message.objects.public().exists()
    Message.objects.update(held_until=before)
    assert Message.objects.visible_to(clara).get() == message


def test_answer_taken_back_is_the_draft_it_was_and_the_ticket_as_it_stood(anna, ticket):
    ParticipantFactory(ticket=ticket)
    before = standing(ticket)
    message = said(ticket, anna, files=[NewFile("a.txt", b"words", "text/plain")])

    draft = take_back(message=message, by=anna)

    file = Attachment.objects.get()
    held = [{"id": str(file.pk), "name": "a.txt", "size": 5}]
    assert (draft.kind, draft.text, draft.fields) == ("reply", "It works.", FIELDS | {"files": held})
    assert (file.message, file.uploaded_by) == (None, anna)
    assert standing(ticket) == before
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()
    assert not Participant.objects.filter(user__email="boss@shop.example", is_active=True).exists()
    assert Participant.objects.filter(ticket=ticket, is_active=True).count() == 1
    assert found_under("works") == []
    facts = {"message": message.pk, "kind": "reply"}
    assert [(e.verb, e.actor_id, e.facts) for e in Entry.objects.about(ticket)][-1] == ("taken_back", anna.pk, facts)


def test_answer_to_merged_tickets_is_taken_back_from_all_of_them(anna, ticket):
    other = TicketFactory()
    merge(source=other, target=ticket, by=anna, is_confirmed=True)
    file = upload(upload=SimpleUploadedFile("a.txt", b"words"), by=anna)
    before = standing(ticket), standing(other)
    message = said(ticket, anna, uploads=[file.pk])
    assert [each.attachments.get().filename for each in Message.objects.all()] == ["a.txt", "a.txt"]

    take_back(message=message, by=anna)

    assert (standing(ticket), standing(other)) == before
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()
    assert Attachment.objects.get() == file


def test_forward_is_taken_back_as_well(anna, ticket):
    page = Page(undo=timedelta(seconds=10), fields={"to": "it@other.example"})
    message = forward(ticket=ticket, by=anna, to=read_addresses("it@other.example"), text="Look", page=page)

    draft = take_back(message=message, by=anna)

    assert (draft.kind, draft.text, draft.fields) == ("forward", "Look", {"to": "it@other.example", "files": []})
    assert not Delivery.objects.exists()


def gone_by_time(message):
    Message.objects.filter(pk=message.pk).update(held_until=timezone.now())


def gone_to_a_worker(message):
    Delivery.objects.filter(subject_id=message.pk).update(attempts=1)


@pytest.mark.parametrize("gone", [gone_by_time, gone_to_a_worker, lambda message: Message.objects.all().delete()])
def test_answer_that_is_gone_is_not_taken_back(anna, ticket, gone):
    message = said(ticket, anna)
    gone(message)

    with pytest.raises(Refused, match="It is already gone"):
        take_back(message=message, by=anna)

    assert Delivery.objects.count() == 2
    assert not KeptDraft.objects.exists()


def test_answer_that_was_sent_at_once_is_not_taken_back(anna, ticket):
    with pytest.raises(Refused, match="It is already gone"):
        take_back(message=said(ticket, anna, page=None), by=anna)


def test_nobody_else_takes_it_back(anna, accountant, ticket):
    message = said(ticket, anna)

    with pytest.raises(NotAllowed):
        take_back(message=message, by=accountant)

    assert Message.objects.get() == message


def later_status(ticket, anna):
    change_status(ticket=ticket, by=anna, status=Status.ON_HOLD)


def later_words(ticket, anna):
    MessageFactory(ticket=ticket)


@pytest.mark.parametrize("later", [later_status, later_words])
def test_what_happened_to_the_ticket_meanwhile_stays(anna, ticket, later):
    message = said(ticket, anna)
    later(ticket, anna)
    before = standing(ticket)

    take_back(message=message, by=anna)

    assert standing(ticket) == before


def test_draft_begun_meanwhile_stands_beside_what_was_taken_back(anna, ticket):
    message = said(ticket, anna)
    KeptDraft.objects.create(ticket=ticket, author=anna, kind="reply", text="One more thing", version=4)

    draft = take_back(message=message, by=anna)

    assert (draft.text, list(draft.asides.values())) == ("It works.", ["One more thing"])
    assert KeptDraft.objects.count() == 1
