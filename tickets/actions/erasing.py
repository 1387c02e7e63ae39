"""What tickets know of a person who is erased."""

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.core.erasing import Erased, drop_files, rewriting
from helpdesk.core.registries import needed_files
from helpdesk.search import actions as search
from helpdesk.search.files import listing
from tickets.actions.erasing_drafts import forget_drafts, forget_names, forget_news
from tickets.actions.erasing_fields import forget_fields
from tickets.actions.indexing import index_again
from tickets.enums import Relation
from tickets.models import (
    Attachment,
    BulkChange,
    DataExport,
    EarlierWords,
    Merge,
    Message,
    Participant,
    Survey,
    Ticket,
    TicketLink,
)
from tickets.rendering import markdown_to_html, snippet_of


def forget(erased: Erased) -> None:
    """In the caller's transaction. What the person wrote goes, with its files; what others wrote on the same tickets
    stays, without their name and addresses, and so it does where a ticket of theirs was merged or split; the tickets
    keep number, subject, times and states."""
    tickets = Ticket.objects.filter(
        Q(requester=erased.person) | Q(participants__user=erased.person) | Q(messages__author=erased.person)
    )
    keys = _with_work_elsewhere(set(tickets.values_list("pk", flat=True)))
    list(Ticket.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    _forget_files(erased)
    theirs = Attachment.objects.filter(message__ticket__in=keys)
    forget_names(erased, theirs)
    forget_drafts(erased, tickets=keys)
    forget_news(erased)
    forget_fields(erased, tickets=keys)
    for message in Message.objects.filter(ticket__in=keys).select_related("ticket").order_by("pk"):
        _forget_in_message(message, erased)
    for earlier in EarlierWords.objects.filter(message__ticket__in=keys).order_by("pk"):
        earlier.text, earlier.html = erased.masked(earlier.text), erased.out_of(earlier.html)
        earlier.save(update_fields=["text", "html"])
    for ticket in Ticket.objects.filter(pk__in=keys).order_by("pk"):
        _forget_in_ticket(ticket, erased)
    for change in BulkChange.objects.filter(verb="tags_changed").order_by("pk"):
        change.done = erased.out_of_value(change.done)
        change.save(update_fields=["done"])
    for export in DataExport.objects.filter(person=erased.person):
        if export.file:
            drop_files([str(export.file)])
        export.delete()
    Survey.objects.filter(rated_by=erased.person).update(words="")
    Participant.objects.filter(user=erased.person).delete()
    search.forget_identifiers(addresses=erased.addresses, names=erased.names)


def _with_work_elsewhere(keys: set[int]) -> list[int]:
    """With the tickets that one of these was merged into or was split from or into, by now or once."""
    merges = Merge.objects.filter(Q(source__in=keys) | Q(target__in=keys)).values_list("source", "target")
    links = TicketLink.objects.filter(Q(source__in=keys) | Q(target__in=keys), kind=Relation.SPLIT)
    pairs = [*merges, *links.values_list("source", "target")]
    return sorted(keys.union(*pairs))


def _forget_in_message(message: Message, erased: Erased) -> None:
    if message.author_id == erased.person:
        with translation.override(settings.LANGUAGE_CODE):
            message.text = _("Erased at the request of the person who wrote this.")
        message.html, message.folds = markdown_to_html(message.text), []
        message.from_name, message.from_address = erased.pseudonym, ""
        message.sent_to, message.sent_cc = [], []
        message.flags = {}
    message.text, message.html = erased.masked(message.text), erased.out_of(message.html)
    message.subject = erased.out_of(message.subject)[:500]
    message.from_name = erased.out_of(message.from_name)[:200]
    message.sent_to = _without(message.sent_to, erased)
    message.sent_cc = _without(message.sent_cc, erased)
    message.flags = erased.out_of_value(message.flags)
    message.flags.pop("undo", None)  # it holds how the ticket stood before, with their words
    message.save(
        update_fields=["text", "html", "folds", "subject", "from_name", "from_address", "sent_to", "sent_cc", "flags"]
    )
    message.ticket.subject = erased.out_of(message.ticket.subject)  # the ticket's own row comes later
    index_again(message)


def _without(people: Iterable[dict[str, str]], erased: Erased) -> list[dict[str, str]]:
    """Those of a To or Cc who are somebody else."""
    return [each for each in people if each.get("address", "").lower() not in erased.addresses]


def _forget_in_ticket(ticket: Ticket, erased: Erased) -> None:
    last = Message.objects.public().filter(ticket=ticket).order_by("-pk").first()
    ticket.subject = erased.out_of(ticket.subject)[:500]
    ticket.snippet = snippet_of(last.visible_text or last.text) if last else ""
    ticket.tags = sorted({erased.out_of(tag)[:50] for tag in ticket.tags})
    ticket.save(update_fields=["subject", "snippet", "tags"])
    model = apps.get_model("tickets", "TicketEvent")
    history = model.objects.filter(pgh_obj_id=ticket.pk)
    with rewriting(model):
        for event in history.order_by("pgh_id"):
            if (subject := erased.out_of(event.subject)[:500]) != event.subject:
                history.filter(pgh_id=event.pgh_id).update(subject=subject)


def _forget_files(erased: Erased) -> None:
    """Their files; the bytes too where no other file is the same."""
    mine = Attachment.objects.filter(Q(message__author=erased.person) | Q(message=None, uploaded_by=erased.person))
    names = set(mine.values_list("file", flat=True))
    mine.delete()
    listing.forget_unneeded(names)
    drop_files(names)


def register() -> None:
    """Say which files tickets still need; called once when the program starts."""
    needed_files.register("tickets", _needed)


def _needed(names: set[str]) -> set[str]:
    kept = Attachment.objects.filter(file__in=names).order_by().values_list("file", flat=True)
    return set(kept.union(DataExport.objects.filter(file__in=names).order_by().values_list("file", flat=True)))
