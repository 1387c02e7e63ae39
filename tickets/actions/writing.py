"""How a message gets onto a ticket: the one place that inserts messages. Other actions call it under their lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tickets.actions.files import NewFile, store_files, take_uploads
from tickets.actions.indexing import index
from tickets.actions.small_texts import texts_in
from tickets.enums import Approval, Channel, MessageKind
from tickets.models import Message, Ticket
from tickets.registries import message_looks
from tickets.rendering import markdown_to_html, snippet_of

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

LONGEST_LOOK = 1_000_000
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be said. `html` is sanitised already; when None it is rendered from `text` as Markdown. `uploads` are
    files that the author sent ahead; until `held_until` the message may be taken back."""

    kind: MessageKind
    channel: Channel
    text: str
    html: str | None = None
    subject: str = ""
    folds: list[list[int]] = field(default_factory=list)
    files: Iterable[NewFile] = ()
    uploads: Sequence[UUID] = ()
    from_name: str = ""
    from_address: str = ""
    sent_to: list[dict[str, str]] = field(default_factory=list)
    sent_cc: list[dict[str, str]] = field(default_factory=list)
    message_id: str = ""
    in_reply_to: str = ""
    thread_signal: str = ""
    thread_confidence: int = 100
    content_hash: str = ""
    approval: Approval = Approval.NONE
    has_remote_pictures: bool = False
    flags: dict[str, Any] = field(default_factory=dict)
    written_at: datetime | None = None
    held_until: datetime | None = None
    idempotency_key: str | None = None


def write(*, ticket: Ticket, author: "User", draft: Draft) -> Message:
    """Insert the message with its files and its search document. The caller holds the ticket's lock and saves it:
    this sets `snippet` on the given ticket when the message is public."""
    text = draft.text.replace("\0", "")
    new_files = list(draft.files)
    message = Message.objects.create(
        ticket=ticket,
        kind=draft.kind,
        channel=draft.channel,
        author=author,
        from_name=(draft.from_name or author.name)[:200],
        from_address=(draft.from_address or author.email or "")[:254],
        sent_to=draft.sent_to,
        sent_cc=draft.sent_cc,
        subject=draft.subject[:500],
        text=text,
        folds=draft.folds,
        html=markdown_to_html(text) if draft.html is None else draft.html,
        has_remote_pictures=draft.has_remote_pictures,
        message_id=draft.message_id,
        in_reply_to=draft.in_reply_to,
        thread_signal=draft.thread_signal,
        thread_confidence=draft.thread_confidence,
        content_hash=draft.content_hash,
        approval=draft.approval,
        flags=draft.flags | looks_of(text, draft.folds, subject=draft.subject, files=texts_in(new_files)),
        written_at=draft.written_at,
        held_until=draft.held_until,
        idempotency_key=draft.idempotency_key,
    )
    files = store_files(message=message, files=new_files, by=author)
    files += take_uploads(message=message, keys=draft.uploads, by=author, after=len(files))
    index(message=message, ticket=ticket, files=files)
    if message.is_public:
        ticket.snippet = snippet_of(message.visible_text or text)
    return message


def looks_of(
    text: str, folds: Sequence[Sequence[int]], *, subject: str = "", files: Iterable[str] = ()
) -> dict[str, bool]:
    """The flags of what the words look like, or those of small files; reads nothing but them."""
    said = [(text[:LONGEST_LOOK], folds), *((each, ()) for each in (subject, *files) if each)]
    return {name: True for name, looks in message_looks.items() if any(looks(*each) for each in said)}
