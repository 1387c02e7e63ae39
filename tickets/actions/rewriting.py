"""Writing a note anew, and deleting it. What customers said or were told stays as it is."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.actions import record
from helpdesk.search import actions as search
from helpdesk.search.files.listing import forget_unneeded
from tickets.actions import mentions
from tickets.actions.indexing import index
from tickets.actions.locking import locked
from tickets.actions.news import withdraw_notices
from tickets.models import EarlierWords, Message, Ticket
from tickets.permissions import can_change_message, can_delete_message

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class ChangedMeanwhile(Refused):
    """Somebody wrote the note anew since the form was opened: it is to be shown first."""


@transaction.atomic
def edit_note(*, message: Message, by: "User", text: str, version: int) -> Message:
    """The note says `text` from now on; what it said is kept beside it. `version` is that of the note which the person
    changed. The same words again change nothing. Colleagues whom it did not call before are told. Writes `note_edited`.

    Raises NotAllowed; ChangedMeanwhile when the note is another version; Refused when it is empty, gone or moved.
    """
    ticket, found = _locked(message)
    if not can_change_message(by, found):
        raise NotAllowed(
            _("Only whoever wrote a note can change it, and administrators; what was sent stays as it is.")
        )
    text = text.replace("\0", "")
    if found.text == text:
        return found
    if found.version != version:
        words = _("%(name)s changed this note in the meantime: see below what it says now, then save yours.")
        raise ChangedMeanwhile(words % {"name": found.edited_by or found.author})
    if not text.strip():
        raise Refused(_("A note needs words: write some, or delete it."))
    now = timezone.now()
    writer = found.edited_by_id or found.author_id
    EarlierWords.objects.create(
        message=found, version=version, text=found.text, html=found.html, written_by_id=writer, until=now
    )
    called, told = mentions.mentions_in(text, ticket=ticket, by=by), found.flags.get("mentioned", [])
    found.text, found.html, found.folds = text, called.html(text), []
    found.flags = mentions.without(found.flags) | called.flags(told)
    found.version, found.edited_at, found.edited_by = version + 1, now, by
    found.save(update_fields=["text", "html", "folds", "flags", "version", "edited_at", "edited_by"])
    index(message=found, ticket=ticket, files=list(found.attachments.all()))
    record(verb="note_edited", subject=ticket, by=by, message=found.pk, **called.facts(told))
    mentions.tell(called, message=found, ticket=ticket, by=by, earlier=told)
    return found


@transaction.atomic
def delete_note(*, message: Message, by: "User") -> None:
    """The note is gone with its files, its earlier words, what search knew of it and what people were to be told of it;
    that it was there stays in the journal, which writes `note_deleted`. Raises NotAllowed to others and when it is too
    late; Refused when it is gone or moved."""
    ticket, found = _locked(message)
    if not can_change_message(by, found):
        raise NotAllowed(
            _("Only whoever wrote a note can delete it, and administrators; what was sent stays as it is.")
        )
    if not can_delete_message(by, found):
        raise NotAllowed(_("It is too late to delete this note yourself: change it, or ask an administrator."))
    key = found.pk
    search.forget(subject=found)
    withdraw_notices(found)
    names = list(found.attachments.values_list("file", flat=True))
    found.attachments.all().delete()
    found.delete()
    forget_unneeded(names)
    others = {} if message.author_id == by.pk else {"author": message.author_id}
    record(verb="note_deleted", subject=ticket, by=by, message=key, **others)


def _locked(message: Message) -> tuple[Ticket, Message]:
    """Both locked, in this order, as they stand now."""
    ticket = locked(message.ticket)
    rows = Message.objects.select_for_update(of=("self",)).select_related("author", "edited_by")
    found = rows.filter(pk=message.pk, ticket=ticket).first()
    if found is None:
        raise Refused(_("This note was deleted or moved in the meantime."))
    return ticket, found
