"""Notes of staff about people and organisations."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Note, Organisation, User
from helpdesk.accounts.permissions import can_edit_customers
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.meanwhile import ensure_as_seen, mark_of
from helpdesk.journal.actions import record

LONGEST_NOTE = 10_000


@transaction.atomic
def write_note(*, about: User | Organisation, text: str, by: User) -> Note:
    """Keep the note; the same words that the same person wrote last about it are that note. Writes
    `customer_note_written` about the person or organisation. Raises NotAllowed, Refused."""
    ensure(can_edit_customers(by))
    text = _sound(text)
    locked = type(about)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=about.pk)
    target = {"person": locked} if isinstance(locked, User) else {"organisation": locked}
    last = Note.objects.filter(**target).order_by("-pk").first()
    if last is not None and (last.text, last.author_id) == (text, by.pk):
        return last
    note = Note.objects.create(author=by, text=text, **target)
    record(verb="customer_note_written", subject=locked, by=by, note=note.pk, after=text)
    return note


@transaction.atomic
def edit_note(*, note: Note, text: str, by: User, seen: str | None = None) -> Note:
    """The note says this now; one's own, or anybody's with the right to edit customers. Writes `customer_note_edited`
    with the words before. `seen` is the mark of the words that were changed. Raises NotAllowed, Refused,
    ChangedMeanwhile."""
    ensure(can_edit_customers(by))
    text = _sound(text)
    note = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if note.text == text:
        return note
    ensure_as_seen(seen, mark_of(note.text))
    before, note.text, note.edited_at, note.edited_by = note.text, text, timezone.now(), by
    note.save(update_fields=["text", "edited_at", "edited_by"])
    about = note.person or note.organisation
    assert about is not None, "the database keeps every note about something"
    record(verb="customer_note_edited", subject=about, by=by, note=note.pk, before=before, after=text)
    return note


def _sound(text: str) -> str:
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused(_("Write something first."))
    if len(text) > LONGEST_NOTE:
        raise Refused(_("A note has at most %(limit)s letters.") % {"limit": LONGEST_NOTE})
    return text
