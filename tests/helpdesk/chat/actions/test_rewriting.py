"""Changing and deleting what one said."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from helpdesk.chat.actions.rewriting import ChangedMeanwhile, delete, edit
from helpdesk.chat.models import EarlierLine, Enclosure, Line
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.uploads import NewFile
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.chat import told


@pytest.fixture
def line(anna, maya, text_upload):
    return told(anna, maya, "The basket is emty.", files=[NewFile("plan.txt", b"only here", "text/plain")])


def test_line_when_it_is_changed_then_it_says_so_and_what_it_said_is_kept(line, anna, maya):
    changed = edit(line=line, by=anna, text="The basket is empty. ", version=0)
    edit(line=line, by=anna, text="The basket is empty.", version=0)

    page = browser_of(maya).get(f"/desk/chat/{line.room_id}/").content.decode()
    before = browser_of(maya).get(f"/desk/chat/lines/{line.pk}/earlier-words/").content.decode()
    assert (changed.text, changed.version) == ("The basket is empty.", 1)
    assert [(each.version, each.text) for each in line.earlier.all()] == [(0, "The basket is emty.")]
    assert "The basket is empty." in page
    assert "edited" in page
    assert "The basket is emty." in before
    assert [each.verb for each in Entry.objects.all()] == ["chat_line_edited"]


def test_line_when_it_is_deleted_then_nobody_reads_it_and_its_files_are_gone(
    line, anna, maya, django_capture_on_commit_callbacks
):
    file = line.enclosures.get()
    with django_capture_on_commit_callbacks(execute=True):
        delete(line=line, by=anna)
        delete(line=Line.objects.get(), by=anna)

    browser = browser_of(maya)
    page = browser.get(f"/desk/chat/{line.room_id}/").content.decode()
    assert "This line was deleted." in page
    assert "basket" not in page
    assert [EarlierLine.objects.get().text, Line.objects.get().text] == ["The basket is emty.", ""]
    assert browser.get(f"/desk/chat/lines/{line.pk}/earlier-words/").status_code == 404
    assert browser.get(f"/desk/chat/files/{file.pk}/").status_code == 404
    assert not Enclosure.objects.exists()
    assert not default_storage.exists(str(file.file))
    assert [each.verb for each in Entry.objects.all()] == ["chat_line_deleted"]


def test_line_of_somebody_else_or_of_long_ago_is_neither_changed_nor_deleted(line, anna, maya):
    attempts = [(maya, line)]
    Line.objects.update(created_at=timezone.now() - timedelta(hours=1))
    attempts.append((anna, Line.objects.get()))

    for person, found in attempts:
        with pytest.raises(NotAllowed):
            edit(line=found, by=person, text="Other words", version=0)
        with pytest.raises(NotAllowed):
            delete(line=found, by=person)
        browser = browser_of(person)
        assert browser.get(f"/desk/chat/lines/{line.pk}/editing/").status_code == 403
        assert browser.post(f"/desk/chat/lines/{line.pk}/deletion/").status_code == 403


def test_form_when_the_line_is_another_by_now_then_it_shows_that_and_keeps_what_was_typed(line, anna):
    edit(line=line, by=anna, text="Said in another window", version=0)
    browser, path = browser_of(anna), f"/desk/chat/lines/{line.pk}/editing/"

    late = browser.post(path, {"text": "Typed here", "version": 0})
    again = browser.post(path, {"text": "Typed here", "version": 1})

    assert late.status_code == 422
    assert "Said in another window" in late.content.decode()
    assert "Typed here" in late.content.decode()
    assert again["Location"] == f"/desk/chat/{line.room_id}/?at={line.pk}#l{line.pk}"
    assert Line.objects.get().text == "Typed here"


def test_line_when_nothing_is_left_of_it_then_it_is_refused(anna, maya):
    line = told(anna, maya, "Words")

    with pytest.raises(Refused, match="needs words"):
        edit(line=line, by=anna, text=" ", version=0)
    with pytest.raises(ChangedMeanwhile):
        edit(line=line, by=anna, text="Others", version=3)
    with pytest.raises(Refused, match="too long"):
        edit(line=line, by=anna, text="x" * 10_001, version=0)
