"""Changing what one said, and deleting it."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.chat import screens
from helpdesk.chat.actions.news import note_down
from helpdesk.chat.actions.talking import LONGEST, locked
from helpdesk.chat.models import EarlierLine, Line, Room
from helpdesk.chat.permissions import can_change
from helpdesk.chat.queries import called_in
from helpdesk.chat.searching import entry_of
from helpdesk.core.erasing import drop_files
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.actions import record
from helpdesk.search import actions as search

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class ChangedMeanwhile(Refused):
    """The line is another one than the form was opened with."""


@transaction.atomic
def edit(*, line: Line, by: "User", text: str, version: int) -> Line:
    """The line says `text` from now on; what it said is kept beside it. The same words change nothing. Whom it did not
    call before is told. Writes `chat_line_edited`.

    Raises NotAllowed; ChangedMeanwhile when the line is another version; Refused when it is empty or too long.
    """
    room, found = _locked(line, by=by)
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if found.text == text:
        return found
    if found.version != version:
        raise ChangedMeanwhile(_("You changed this line in another window: see what it says now."))
    files = list(found.enclosures.values_list("filename", flat=True))
    if not text and not files:
        raise Refused(_("A line needs words: write some, or delete it."))
    if len(text) > LONGEST:
        raise Refused(_("This is too long: at most %(most)s characters.") % {"most": LONGEST})
    _keep_earlier(found)
    called = {person.pk for person in called_in(text, room=room, by=by)}
    is_news = not called <= set(found.mentioned)
    found.text, found.mentioned = text, sorted(called)
    found.edited_at = timezone.now()
    found.save(update_fields=["text", "mentioned", "version", "edited_at"])
    search.index(entry_of(found, author=found.author, filenames=files))
    record(verb="chat_line_edited", subject=room, by=by, line=found.pk)
    if is_news:
        note_down(found)
    screens.tell_said(room)
    return found


@transaction.atomic
def delete(*, line: Line, by: "User") -> Line:
    """The line says nothing any more, its files are gone and no search finds it; what it said is kept beside it, shown
    on no page. Deleted again it stays so. Writes `chat_line_deleted`. Raises NotAllowed."""
    if line.deleted_at is not None and line.author_id == by.pk:
        return line
    room, found = _locked(line, by=by)
    search.forget(subject=found)
    drop_files(list(found.enclosures.values_list("file", flat=True)))
    found.enclosures.all().delete()
    _keep_earlier(found)
    found.text, found.mentioned, found.deleted_at = "", [], timezone.now()
    found.save(update_fields=["text", "mentioned", "version", "deleted_at"])
    record(verb="chat_line_deleted", subject=room, by=by, line=found.pk)
    screens.tell_said(room)
    return found


def _keep_earlier(line: Line) -> None:
    EarlierLine.objects.create(line=line, version=line.version, text=line.text, until=timezone.now())
    line.version += 1


def _locked(line: Line, *, by: "User") -> tuple[Room, Line]:
    """Both locked, in this order. Raises NotAllowed for others than its author, and when it is too late."""
    room = locked(line.room, by=by)
    found = Line.objects.select_for_update(of=("self",)).select_related("author").get(pk=line.pk)
    if not can_change(by, found):
        raise NotAllowed(_("A line is changed or deleted by whoever said it, within an hour."))
    return room, found
