"""Notes written anew and deleted; what was sent or received stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import MessageFactory, StaffFactory
from tests.finding import found_under
from tickets.actions.conversation import note
from tickets.actions.files import NewFile
from tickets.actions.rewriting import ChangedMeanwhile, delete_note, edit_note
from tickets.enums import MessageKind
from tickets.models import Attachment, EarlierWords, Message


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def written(anna, ticket):
    return note(ticket=ticket, by=anna, text="Ring *Umbrella*", files=[NewFile("a.txt", b"a", "text/plain")])


def found(words):
    return set(found_under(words))


def test_note_written_anew_keeps_what_it_said_and_who_changed_it(anna, ada, ticket, written):
    edit_note(message=written, by=anna, text="Ring **Zebra**", version=0)
    edit_note(message=written, by=ada, text="Ring Giraffe", version=1)

    written.refresh_from_db()
    words = list(EarlierWords.objects.values_list("version", "text", "written_by"))
    assert words == [(0, "Ring *Umbrella*", anna.pk), (1, "Ring **Zebra**", anna.pk)]
    assert (written.text, written.version, written.edited_by, written.author) == ("Ring Giraffe", 2, ada, anna)
    assert "Giraffe" in written.html
    assert (found("Umbrella"), found("Giraffe"), found("a.txt")) == (set(), {ticket.pk}, {ticket.pk})
    entries = Entry.objects.filter(verb="note_edited")
    assert {str(each.facts) for each in entries} == {str({"message": written.pk})}
    assert entries.count() == 2


def test_same_words_sent_again_change_nothing(anna, written):
    edit_note(message=written, by=anna, text="Other", version=0)

    edit_note(message=written, by=anna, text="Other", version=0)

    assert EarlierWords.objects.count() == Entry.objects.filter(verb="note_edited").count() == 1


def test_second_of_two_changes_is_told_and_loses_nothing(anna, ada, written):
    edit_note(message=written, by=ada, text="Ada's words", version=0)

    with pytest.raises(ChangedMeanwhile, match="Ada"):
        edit_note(message=written, by=anna, text="Anna's words", version=0)

    written.refresh_from_db()
    assert written.text == "Ada's words"


@pytest.mark.parametrize("kind", [MessageKind.INBOUND, MessageKind.REPLY, "forward"])
def test_what_was_said_to_or_by_customers_is_neither_changed_nor_deleted(anna, ada, ticket, kind):
    flags = {"forwarded": True} if kind == "forward" else {}
    message = MessageFactory(
        ticket=ticket, author=anna, kind=MessageKind.NOTE if flags else kind, text="Said", flags=flags
    )

    for by in (anna, ada):
        with pytest.raises(NotAllowed):
            edit_note(message=message, by=by, text="Never said", version=0)
        with pytest.raises(NotAllowed):
            delete_note(message=message, by=by)

    assert Message.objects.get(pk=message.pk).text == "Said"


def test_note_of_a_colleague_is_not_theirs_to_change(written):
    boris = StaffFactory(name="Boris")

    with pytest.raises(NotAllowed):
        edit_note(message=written, by=boris, text="Mine", version=0)
    with pytest.raises(NotAllowed):
        delete_note(message=written, by=boris)

    assert not EarlierWords.objects.exists()


def test_note_deleted_is_gone_with_all_it_said_and_the_journal_says_who(anna, ticket, written):
    edit_note(message=written, by=anna, text="Ring Giraffe", version=0)

    delete_note(message=written, by=anna)

    entry = Entry.objects.get(verb="note_deleted")
    left = [model.objects.count() for model in (Message, Attachment, EarlierWords)]
    assert left == [0, 0, 0]
    assert found("Umbrella") | found("Giraffe") == set()
    assert (entry.actor_id, entry.subject_id, entry.facts) == (anna.pk, ticket.pk, {"message": written.pk})
    with pytest.raises(Refused):
        delete_note(message=written, by=anna)
    with pytest.raises(Refused):
        edit_note(message=written, by=anna, text="Back", version=1)


def test_note_deleted_late_takes_an_administrator(anna, ada, settings, written):
    settings.NOTE_DELETION_MINUTES = 60
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=61))

    with pytest.raises(NotAllowed, match="too late"):
        delete_note(message=written, by=anna)
    delete_note(message=written, by=ada)

    assert Entry.objects.get(verb="note_deleted").facts["author"] == anna.pk
    assert not Message.objects.exists()


def test_empty_note_is_refused(anna, written):
    with pytest.raises(Refused, match="needs words"):
        edit_note(message=written, by=anna, text=" \n", version=0)

    assert not EarlierWords.objects.exists()
