"""What all our letters have in common."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from helpdesk.core.errors import Refused
from helpdesk.core.mime import Enclosure
from helpdesk.core.sanitising import clean_markdown_html
from helpdesk.notifications.models import Delivery
from tickets.enums import MessageKind
from tickets.mail.models import Mailbox
from tickets.mail.routing import mailbox_of
from tickets.mail.tokens import subject_token
from tickets.models import Attachment, Message, Ticket
from tickets.rendering import markdown_to_html

LOOP_HEADER = "X-Helpdesk-Loop"
MOST_REFERENCES = 10
_REPLY_MARK = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|sv|antw|отв|ответ|пересл)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*)+", re.I)
_TOKEN = re.compile(r"\s*\[#\d{1,15}-[a-z2-7]{10}\]", re.I)
LONGEST_SUBJECT = 400


@dataclass(frozen=True, slots=True)
class Occasion:
    """The message that a letter is about, and the mailbox that sends it."""

    message: Message
    mailbox: Mailbox | None

    @classmethod
    def of(cls, rows: Sequence[Delivery]) -> "Occasion":
        """Raises Refused when the message or the mailbox is gone."""
        message = (
            Message.objects.select_related("ticket", "author")
            .prefetch_related("attachments")
            .filter(pk=rows[0].subject_id)
            .first()
        )
        if message is None:
            raise Refused("the message that was to be sent is gone")
        return cls(message, mailbox_of(rows[0].route))

    @property
    def ticket(self) -> Ticket:
        return self.message.ticket

    @property
    def address(self) -> str:
        return self.mailbox.address if self.mailbox else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    @property
    def house_name(self) -> str:
        return self.mailbox.from_name if self.mailbox else settings.SITE_NAME

    @property
    def language(self) -> str:
        return self.mailbox.language if self.mailbox else settings.LANGUAGE_CODE

    def sender(self, *, personal: bool) -> tuple[str, str]:
        """From: "Anna, Helpdesk" when a person speaks, "Helpdesk" when the program does."""
        names = [str(self.message.author) if personal else "", self.house_name]
        return ", ".join(name for name in names if name), self.address

    def render(self, template: str, context: Mapping[str, Any]) -> tuple[str, str]:
        """The text and the HTML of templates `tickets/mail/<template>`, in the mailbox's language."""
        known = {"site_name": settings.SITE_NAME, "house_name": self.house_name, "number": self.ticket.number}
        with translation.override(self.language):
            text = render_to_string(f"tickets/mail/{template}.txt", {**known, **context})
            html = render_to_string(f"tickets/mail/{template}.html", {**known, **context})
        return text.strip() + "\n", html

    def signature(self) -> str:
        """The person's signature, then the mailbox's, once when both are the same; empty when neither has one."""
        written = [self.message.author.signature.strip(), self.mailbox.signature.strip() if self.mailbox else ""]
        return "\n\n".join(part for part in dict.fromkeys(written) if part)


def subject_line(mark: str, ticket: Ticket) -> str:
    """`Re: The basket is empty [#20481-k3v9q2xw5a]`: one mark, one token, whatever the subject had before."""
    bare = _REPLY_MARK.sub("", _TOKEN.sub("", ticket.subject)).strip()[:LONGEST_SUBJECT]
    return f"{mark}: {bare} {subject_token(ticket.number)}"


def safe_html(html: str) -> SafeString:
    """Sanitised on store, and once more before it leaves."""
    return SafeString(clean_markdown_html(html))


def signature_html(signature: str) -> SafeString:
    return SafeString(markdown_to_html(signature))


def people(entries: Iterable[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Names and addresses as a message keeps them."""
    return tuple((entry.get("name", ""), entry.get("address", "")) for entry in entries)


def enclosures(files: Iterable[Attachment], *, html: str) -> tuple[Enclosure, ...]:
    """The files; a picture that the letter's own words show goes into its HTML."""
    return tuple(
        Enclosure(file.filename, file.content_type, _content(file), file.content_id if file.is_shown_in(html) else "")
        for file in files
    )


def _content(file: Attachment) -> bytes:
    with file.file.open("rb") as stream:
        return bytes(stream.read())


def earlier_ids(message: Message) -> tuple[tuple[str, ...], int]:
    """The Message-IDs before this message, oldest first, and the loop counter of the mail it answers."""
    rows = list(
        Message.objects.public()
        .filter(ticket=message.ticket_id, pk__lt=message.pk)
        .exclude(message_id="")
        .order_by("-pk")
        .values_list("message_id", "kind", "flags")[:MOST_REFERENCES]
    )
    inbound: dict[str, Any] = next((flags for _, kind, flags in rows if kind == MessageKind.INBOUND), {})
    loop = inbound.get("loop", 0)
    return tuple(value for value, _, _ in reversed(rows)), loop if isinstance(loop, int) else 0


def chain(ids: Sequence[str], in_reply_to: str) -> tuple[str, ...]:
    """References: what was said before, ending in the mail that is answered (RFC 5322, section 3.6.4)."""
    return (*(value for value in ids if value != in_reply_to), in_reply_to) if in_reply_to else tuple(ids)


def loop_header(count: int) -> tuple[str, str]:
    """How often a mail of ours has been answered by a mail of ours: a loop that counts itself can be ended."""
    return LOOP_HEADER, str(count + 1)
