"""Taking files out of what was said that should not have been sent there: keys, lists of passwords."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.core.deferring import writing_together
from helpdesk.core.erasing import drop_files
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.masking import Mask
from helpdesk.journal.actions import record
from helpdesk.search.files import listing
from tickets.actions.indexing import index
from tickets.actions.masking import locked_conversation
from tickets.actions.small_texts import small_text_of, small_texts
from tickets.actions.writing import looks_of
from tickets.models import Attachment, Message
from tickets.permissions import can_mask
from tickets.registries import message_looks
from tickets.signals import messages_masked

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic
def take_files_out(*, message: Message, by: "User", files: Collection[UUID]) -> list[str]:
    """The message no longer has these small files of text, nor has any other of the conversation the same: their bytes
    go from the store where no other conversation has them, their words from the search and from the mail as it came.
    It can't be undone; what they said is given back, in the order of `files`. The messages say that they were masked.

    Locks the tickets, then the messages; writes `message_files_taken_out`, never a word of them. Raises NotAllowed;
    Refused where a file is no longer there or is no small text.
    """
    ticket, tickets = locked_conversation(message)
    found = Message.objects.filter(pk=message.pk, ticket__in=tickets).select_related("author").first()
    ensure(found is not None and can_mask(by, found))
    mine = Attachment.objects.filter(message=message).in_bulk(files)
    texts = [small_text_of(mine[key]) if key in mine else None for key in files]
    said = [text for text in texts if text]
    if len(said) != len(texts):
        raise Refused(_("This file is no longer there, or is no small text: look again."))
    names = {str(each.file) for each in mine.values()}
    copies = Attachment.objects.filter(message__ticket__in=tickets, file__in=names)
    keys = set(copies.values_list("message", flat=True))
    copies.delete()
    listing.forget_unneeded(names)
    drop_files(names)
    rows = Message.objects.filter(pk__in=keys).select_for_update(of=("self",)).select_related("author", "ticket")
    changed = list(rows.order_by("pk"))
    with writing_together():
        for each in changed:
            _without_files(each)
    messages_masked.send(sender=Message, messages=changed, tickets=tickets, mask=Mask(said))
    record(verb="message_files_taken_out", subject=ticket, by=by, message=message.pk, count=len(said))
    return said


def _without_files(message: Message) -> None:
    left = list(message.attachments.all())
    looks = looks_of(message.text, message.folds, subject=message.subject, files=_texts(left))
    flags = {name: value for name, value in message.flags.items() if name not in message_looks}
    message.flags = flags | looks | {"masked": "vault"}
    message.save(update_fields=["flags"])
    index(message=message, ticket=message.ticket, files=left)


def _texts(files: Iterable[Attachment]) -> list[str]:
    return [text for _file, text in small_texts(files)]
