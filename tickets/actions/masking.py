"""Taking words out of what was said that should not have been written there: passwords, keys."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from helpdesk.accounts.models import KeptAnswer
from helpdesk.core.deferring import writing_together
from helpdesk.core.erasing import rewriting
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.masking import Mask
from helpdesk.journal.actions import record
from helpdesk.journal.erasing import mask_values
from helpdesk.notifications.masking import mask_told
from helpdesk.search import actions as search
from helpdesk.search.files import listing
from tickets.actions import mentions
from tickets.actions.indexing import index
from tickets.actions.locking import locked_with_merged
from tickets.actions.small_texts import small_texts
from tickets.actions.writing import looks_of
from tickets.enums import Channel, MessageKind
from tickets.models import Attachment, EarlierWords, KeptDraft, Message, PieceOfNews, Survey, Ticket
from tickets.permissions import can_mask
from tickets.registries import message_looks
from tickets.rendering import markdown_to_html
from tickets.signals import messages_masked

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

SHORTEST = 4
LONGEST = 20_000
MOST = 20


@dataclass(frozen=True, slots=True)
class Masked:
    """How many messages said it, and the files of the conversation that still do: those are left as they are."""

    messages: int
    files: tuple[str, ...]


@sensitive_variables("words", "mask")
@transaction.atomic
def mask_words(
    *, message: Message, by: "User", words: Sequence[str], elsewhere: bool = True, is_moved: bool = False
) -> Masked:
    """The message no longer says these words, nor does anything that was made of it: subject, snippet, drafts, notices,
    what is to go out, the search, the journal, the mail as it came. With `elsewhere` other messages of the conversation
    neither, merged tickets included. It can't be undone. `is_moved`: they are kept in the vault now.

    Locks the tickets, then the messages; writes `message_masked`, never the words. Raises NotAllowed; Refused where a
    word is too short or the message does not say it (any more).
    """
    ticket, tickets = locked_conversation(message)
    found = Message.objects.filter(pk=message.pk, ticket__in=tickets).select_related("author").first()
    ensure(found is not None and can_mask(by, found))
    mask = _sound(words)
    if not _says(message, mask, whole=True):
        raise Refused(_("The message does not say this, or no longer does."))
    said = Message.objects.filter(ticket__in=tickets) if elsewhere else Message.objects.filter(pk=message.pk)
    rows = said.select_for_update(of=("self",)).select_related("author", "ticket").order_by("pk")
    changed = [each for each in rows if _says(each, mask)]
    if message.pk not in {each.pk for each in changed}:
        raise Refused(_("The message does not say this, or no longer does."))
    with writing_together():
        for each in changed:
            _mask_message(each, mask, is_moved=is_moved)
    _mask_tickets(tickets, mask)
    _mask_beside(tickets, mask)
    files = _files_that_say(tickets, mask)
    keys = [each.pk for each in changed]
    mask_told(mask, about={Ticket: tickets, Message: keys}, since=changed[0].created_at)
    search.forget_words(mask.words)
    messages_masked.send(sender=Message, messages=changed, tickets=tickets, mask=mask)
    record(verb="message_masked", subject=ticket, by=by, message=message.pk, copies=len(changed) - 1)
    mask_values(mask, kind=Ticket, keys=tickets)
    return Masked(len(changed), files)


def locked_conversation(message: Message) -> tuple[Ticket, list[int]]:
    """The message's ticket, and the keys of all that its conversation is on, locked. Raises Refused."""
    top, merged = locked_with_merged(message.ticket.worked_on())
    each = {ticket.pk: ticket for ticket in (top, *merged)}
    if message.ticket_id not in each:
        raise Refused(_("The message was moved in the meantime: look again."))
    return each[message.ticket_id], sorted(each)


@sensitive_variables("words", "word")
def _sound(words: Sequence[str]) -> Mask:
    mask = Mask(words)
    if not mask.words:
        raise Refused(_("Say which words are to be masked."))
    if len(mask.words) > MOST:
        raise Refused(_("At most %(most)s are masked at once.") % {"most": MOST})
    for word in mask.words:
        if len(word) < SHORTEST:
            words_of = ngettext("Mask at least %(count)d letter.", "Mask at least %(count)d letters.", SHORTEST)
            raise Refused(words_of % {"count": SHORTEST})
        if len(word) > LONGEST:
            raise Refused(_("This is too long to be masked."))
    return mask


def _says(message: Message, mask: Mask, *, whole: bool = False) -> bool:
    """Whether the message says one of the words; with `whole` whether it says each."""
    said = "\n".join((message.subject, message.text))
    if whole:
        return all(Mask([word]).is_in(said) or _in_html(message.html, Mask([word])) for word in mask.words)
    return mask.is_in(said) or _in_html(message.html, mask) or mask.of_value(message.flags) != message.flags


def _in_html(html: str, mask: Mask) -> bool:
    return bool(html) and mask.of_html(html) != html


def _mask_message(message: Message, mask: Mask, *, is_moved: bool) -> None:
    message.text, message.folds = mask.of_folded(message.text, message.folds)
    message.html = _html_of(message, message.text, message.html, mask)
    message.subject = mask.of_text(message.subject)[:500]
    files = list(message.attachments.all())
    texts = [text for _file, text in small_texts(files)]
    looks = looks_of(message.text, message.folds, subject=message.subject, files=texts)
    flags = {name: value for name, value in mask.of_value(message.flags).items() if name not in message_looks}
    message.flags = flags | looks | {"masked": "vault" if is_moved else "words"}
    message.save(update_fields=["text", "folds", "html", "subject", "flags"])
    for earlier in EarlierWords.objects.filter(message=message).order_by("pk"):
        text = mask.of_text(earlier.text)
        html = _html_of(message, text, earlier.html, mask)
        EarlierWords.objects.filter(pk=earlier.pk).update(text=text, html=html)
    for file in files:
        if (name := mask.of_text(file.filename)[:255]) != file.filename:
            file.filename = name
            file.save(update_fields=["filename"])
    message.ticket.subject = mask.of_text(message.ticket.subject)[:500]
    index(message=message, ticket=message.ticket, files=files)


def _html_of(message: Message, text: str, html: str, mask: Mask) -> str:
    """What came as HTML has the words taken out; what was made of Markdown here is made again, since its signs may
    stand within a word."""
    if not html or (message.kind == MessageKind.INBOUND and message.channel == Channel.MAIL):
        return mask.of_html(html)
    if message.kind == MessageKind.NOTE:
        return mentions.mentions_in(text, ticket=message.ticket, by=message.author).html(text)
    return markdown_to_html(text)


def _mask_tickets(keys: Collection[int], mask: Mask) -> None:
    for ticket in Ticket.objects.filter(pk__in=keys).order_by("pk"):
        ticket.subject, ticket.snippet = mask.of_text(ticket.subject)[:500], mask.of_cut(ticket.snippet)[:200]
        ticket.fields = mask.of_value(ticket.fields)
        ticket.save(update_fields=["subject", "snippet", "fields"])
    model = apps.get_model("tickets", "TicketEvent")
    history = model.objects.filter(pgh_obj_id__in=keys)
    changed = [(event.pk, subject) for event in history if (subject := mask.of_text(event.subject)) != event.subject]
    if changed:
        with rewriting(model):
            for key, subject in changed:
                history.filter(pk=key).update(subject=subject[:500])


def _mask_beside(keys: Collection[int], mask: Mask) -> None:
    """What stands beside the conversation: drafts, news for watchers, words with a rating, answers to programs."""
    for draft in KeptDraft.objects.filter(ticket__in=keys).order_by("pk"):
        text, fields, asides = mask.of_text(draft.text), mask.of_value(draft.fields), mask.of_value(draft.asides)
        if (text, fields, asides) != (draft.text, draft.fields, draft.asides):
            KeptDraft.objects.filter(pk=draft.pk).update(text=text, fields=fields, asides=asides)
    for piece in PieceOfNews.objects.filter(ticket__in=keys).exclude(facts={}).order_by("pk"):
        PieceOfNews.objects.filter(pk=piece.pk).update(facts=mask.of_value(piece.facts))
    for survey in Survey.objects.filter(ticket__in=keys).exclude(words="").order_by("pk"):
        Survey.objects.filter(pk=survey.pk).update(words=mask.of_text(survey.words))
    standing = Q(pk__in=[])
    for form in mask.forms:
        standing |= Q(content__contains=form)
    for answer in KeptAnswer.objects.filter(standing).order_by("pk"):
        KeptAnswer.objects.filter(pk=answer.pk).update(content=mask.of_text(answer.content))


def _files_that_say(keys: Collection[int], mask: Mask) -> tuple[str, ...]:
    """Their names. The search no longer finds them by the words."""
    files = Attachment.objects.filter(message__ticket__in=keys)
    names = dict(files.order_by("pk").values_list("file", "filename"))
    saying = [name for name, text in listing.texts_of(set(names)).items() if mask.is_in(text)]
    listing.rewrite(saying, text=mask.of_text, filename=mask.of_text)
    return tuple(sorted({names[name] for name in saying}))
