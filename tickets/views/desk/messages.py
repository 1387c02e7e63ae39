"""Messages as the conversation shows them: plain values, so that their template only has to print."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import unquote

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.models import User
from helpdesk.core import readable
from helpdesk.core.filetypes import INLINE_PICTURES
from helpdesk.core.parts import part_of
from helpdesk.core.retelling import retold
from helpdesk.core.sanitising import readable_address
from helpdesk.core.templatetags.ui import DELIVERIES
from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Delivery
from tickets.enums import Approval, Channel, MessageKind
from tickets.linking import linked
from tickets.models import Attachment, Message
from tickets.permissions import can_change_message, can_mask
from tickets.registries import held_reasons, message_offers, thread_signals

# Stored HTML is canonical (helpdesk.core.sanitising): one form of tag, values in double quotes.
_CID = re.compile(r'<img src="cid:([^"]*)"')
SURE = 100


TEMPLATE = "tickets/desk/_message.html"

May = tuple[bool, bool, bool, tuple[str, ...]]
"""Whether the reader works tickets, may change the message, may mask words of it, and what they are offered on it."""


def shown(
    message: Message,
    deliveries: Sequence[Delivery],
    files: Sequence[Attachment],
    *,
    can_work: bool,
    reader: User,
    merged_from: int = 0,
    known: Collection[int] = (),
) -> dict[str, Any]:
    """What the timeline holds of a message: `printed`, or the values to print where it holds a form, which is one
    session's. `merged_from` is the number of the merged ticket that it is of, 0 for the page's own; `known` are those
    numbers of tickets that the reader may know of."""
    if message.held_until is not None and message.author_id == reader.pk and message.held_until > timezone.now():
        values = spoken(message, deliveries, files, merged_from=merged_from)
        return {**values, "seconds_left": _seconds_left(message), "printed": None}
    may = _what(reader, message, can_work)
    if can_work and (message.approval == Approval.PENDING or message.flags.get("moved_from") in known):
        values = spoken(message, deliveries, files, merged_from=merged_from, known=known)
        return {**values, **_may(message, may), "printed": None}
    rows = [_columns(row) for row in (message, *files, *deliveries)]
    names = (str(message.author), str(message.edited_by or ""))
    facts = (may, merged_from, timezone.localdate(), names, rows)
    return {"printed": part_of(TEMPLATE, facts, partial(_values, message, deliveries, files, may, merged_from))}


def _values(
    message: Message,
    deliveries: Sequence[Delivery],
    files: Sequence[Attachment],
    may: May,
    merged_from: int,
) -> dict[str, Any]:
    item = spoken(message, deliveries, files, merged_from=merged_from) | _may(message, may)
    return {"item": item, "can_work": may[0], "oob": False}


def spoken_to(
    reader: User, message: Message, files: Sequence[Attachment], *, can_work: bool, known: Collection[int]
) -> dict[str, Any]:
    """The same of a message that has just changed before the reader's eyes, with what they may do about it."""
    return {**spoken(message, [], files, known=known), **_may(message, _what(reader, message, can_work))}


def offers_of(message: Message, reader: User) -> list[str]:
    """The names of what this reader is offered on the message."""
    names = [name for name in message.flags if name in message_offers]
    return [name for name in names if message_offers[name].is_for(reader, message)]


def _what(reader: User, message: Message, can_work: bool) -> May:
    may_mask = can_mask(reader, message)
    return can_work, can_change_message(reader, message), may_mask, tuple(offers_of(message, reader))


def _may(message: Message, may: May) -> dict[str, Any]:
    _can_work, can_change, can_mask, offered = may
    offers = [
        {"text": each.text, "label": each.label, "url": reverse(each.at_desk, args=[message.pk])}
        for each in (message_offers[name] for name in offered)
    ]
    return {"can_change": can_change, "can_mask": can_mask, "offers": offers}


def _columns(row: models.Model) -> dict[str, Any]:
    """Every column that was read of a row: whatever is shown of it comes from these."""
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def origins_of(messages: Iterable[Message]) -> set[int]:
    """The numbers of the tickets from which these were moved."""
    return {message.flags["moved_from"] for message in messages if "moved_from" in message.flags}


def spoken(
    message: Message,
    deliveries: Sequence[Delivery],
    files: Sequence[Attachment],
    *,
    merged_from: int = 0,
    known: Collection[int] = (),
) -> dict[str, Any]:
    """Everything that is shown of one message; as `shown`."""
    html, shown_inside = _with_pictures(message.html, files)
    name = _author(message)
    return {
        "is_message": True,
        "pk": message.pk,
        "look": message.kind,
        "author": name,
        "initials": readable.initials(name),
        "hue": readable.hue(message.from_address or name),
        "via": _via(message),
        "address": readable_address(message.from_address) if message.kind == MessageKind.INBOUND else "",
        "at": message.created_at.isoformat(timespec="seconds"),
        "at_full": readable.full_moment(message.created_at),
        "at_text": readable.moment(message.created_at),
        "html": html,
        "parts": [] if message.html else parts_of(message.text, message.folds),
        "is_blocking_pictures": message.has_remote_pictures,
        "has_original": message.kind == MessageKind.INBOUND and bool(message.html),
        "files": [_file(file) for file in files if file.pk not in shown_inside],
        "deliveries": [_delivery(each) for each in deliveries],
        "is_inbound": message.kind == MessageKind.INBOUND,
        "is_pending": message.approval == Approval.PENDING,
        "held_because": _held_because(message),
        "is_refused": message.approval == Approval.REFUSED,
        "merged_from": merged_from or "",
        "moved_from": origin if (origin := message.flags.get("moved_from")) in known else "",
        "seconds_left": 0,
        "can_change": False,
        "can_mask": False,
        "offers": [],
        "masked": message.flags.get("masked", ""),
        **_edited(message),
        "badges": _badges(message.flags.get("auth")),
        "warnings": _warnings(message),
        **_why(message),
    }


def parts_of(text: str, folds: Iterable[Sequence[int]]) -> list[dict[str, Any]]:
    """The text in pieces, nothing left out: `html` of each, and for a folded one its `summary`."""
    parts: list[dict[str, Any]] = []
    position = 0
    for start, end in folds:
        parts += [_part(text[position:start]), _part(text[start:end], is_folded=True)]
        position = end
    return [part for part in [*parts, _part(text[position:])] if part["html"]]


def _part(text: str, *, is_folded: bool = False) -> dict[str, Any]:
    if not is_folded:
        return {"html": linked(text.strip("\n")) if text.strip() else "", "summary": ""}
    lines = text.strip("\n").count("\n") + 1
    summary = ngettext("quoted text, %(count)d line", "quoted text, %(count)d lines", lines) % {"count": lines}
    return {"html": linked(text.strip("\n")), "summary": summary}


def shown_at(file: Attachment) -> str:
    """Our own address of a picture, for those who may see its message."""
    return f"{reverse('file', args=[file.pk])}?inline"


def with_own_pictures(
    html: str, files: Sequence[Attachment], *, address: Callable[[Attachment], str] = shown_at, loading: str = "lazy"
) -> SafeString:
    """Sanitised HTML with the pictures embedded in the mail at our own addresses, or those that `address` says."""
    return _with_pictures(html, files, address, loading)[0]


def _with_pictures(
    html: str, files: Sequence[Attachment], address: Callable[[Attachment], str] = shown_at, loading: str = "lazy"
) -> tuple[SafeString, set[Any]]:
    """The same, and the keys of those pictures."""
    pictures = {file.content_id: file for file in files if file.content_id and file.content_type in INLINE_PICTURES}
    used = set()

    def at_home(match: re.Match[str]) -> str:
        file = pictures.get(unquote(unescape(match[1])).strip("<>"))
        if file is None:
            return "<img"
        used.add(file.pk)
        return f'<img src="{escape(address(file))}" loading="{loading}"'

    return mark_safe(_CID.sub(at_home, html) if "cid:" in html else html), used  # noqa: S308 - sanitised on store


def _edited(message: Message) -> dict[str, str]:
    """When a note was changed last, and by whom where that is not its author; empty when it never was."""
    if message.edited_at is None:
        return {"edited": "", "edited_full": "", "edited_by": ""}
    by = "" if message.edited_by_id == message.author_id else str(message.edited_by)
    return {
        "edited": readable.moment(message.edited_at),
        "edited_full": readable.full_moment(message.edited_at),
        "edited_by": by,
    }


def _author(message: Message) -> str:
    if message.kind == MessageKind.INBOUND:
        return message.from_name or readable_address(message.from_address) or str(message.author)
    return str(message.author)


def _via(message: Message) -> str:
    people = ", ".join(
        person.get("name") or readable_address(person.get("address", ""))
        for person in [*message.sent_to, *message.sent_cc, *message.flags.get("copied_to", [])][:20]
    )
    if message.kind == MessageKind.REPLY:
        return _("replied to %(people)s") % {"people": people} if people else _("replied")
    if message.kind == MessageKind.NOTE:
        return _("forwarded to %(people)s") % {"people": people} if message.flags.get("forwarded") else ""
    return {
        Channel.MAIL: _("by mail"),
        Channel.PHONE: _("by phone"),
        Channel.CABINET: _("in the cabinet"),
        Channel.DESK: _("at the desk"),
        Channel.API: _("by a program"),
    }.get(Channel(message.channel), "")


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.filename,
        "url": reverse("file", args=[file.pk]),
        "size": readable.size(file.size),
        "icon": readable.file_icon(file.content_type),
    }


def _why(message: Message) -> dict[str, Any]:
    signal = message.thread_signal
    if not signal:
        return {"why": "", "confidence": ""}
    reason = str(thread_signals[signal]) if signal in thread_signals else signal.replace("_", " ")
    confidence = message.thread_confidence
    return {"why": reason, "confidence": "" if confidence >= SURE else f"{confidence} %"}


def _seconds_left(message: Message) -> int:
    """For how long its author may yet take the message back."""
    if message.held_until is None:
        return 0
    return max(0, math.ceil((message.held_until - timezone.now()).total_seconds()))


def _badges(results: Any) -> list[dict[str, str]]:
    """What SPF, DKIM and DMARC said, worst words loudest."""
    if not isinstance(results, dict):
        return []
    badges = []
    for method in ("spf", "dkim", "dmarc"):
        if isinstance(result := results.get(method), str) and result:
            tone = "good" if result == "pass" else "bad" if result in ("fail", "softfail", "permerror") else "plain"
            badges.append({"text": f"{method.upper()} {result[:20]}", "tone": tone})
    return badges


def _held_because(message: Message) -> str:
    """Why somebody has to decide about the message; "" when nobody has to."""
    if message.approval != Approval.PENDING:
        return ""
    reason = message.flags.get("held_because", "")
    return (
        str(held_reasons[reason])
        if reason in held_reasons
        else _("Its sender does not take part in this conversation.")
    )


def _warnings(message: Message) -> list[str]:
    """What to look at twice; what a held message is held for is said once, there."""
    known = {
        "same_id_other_body": _("Another mail with the same Message-ID and other words came before: look twice."),
        "staff_address_unverified": _("It claims to come from a colleague, and nothing proves that."),
        "several_from": _("The mail names more than one sender."),
    }
    said = message.flags.get("held_because") if message.approval == Approval.PENDING else ""
    missed = _("%(name)s may not see this ticket, and was not told of this note.")
    unclear = _("More than one colleague is called @%(handle)s: write the whole address after the @.")
    return [
        *(text for flag, text in known.items() if message.flags.get(flag) and flag != said),
        *(missed % {"name": name} for name in message.flags.get("not_told", [])),
        *(unclear % {"handle": handle} for handle in message.flags.get("unclear", [])),
    ]


def _waiting(delivery: Delivery) -> str:
    """What was tried and did not go yet, and when it is tried again."""
    words = _("Not sent to %(address)s yet: the mail server does not take it now")
    if not delivery.status_code:
        words = _("Not sent to %(address)s yet: the mail server can't be reached")
    said = words % {"address": readable_address(delivery.recipient)}
    if delivery.due_at <= timezone.now():
        return _("%(said)s; it is tried again by itself") % {"said": said}
    is_today = timezone.localdate(delivery.due_at) == timezone.localdate()
    at = readable.moment(delivery.due_at, style="short" if is_today else "long")
    return _("%(said)s; trying again at %(at)s") % {"said": said, "at": at}


def _delivery(delivery: Delivery) -> dict[str, str]:
    """What became of one copy: the look and picture of its state, and a sentence with the reason. Why it waits is a
    `detail`: nobody has to do anything about it."""
    if delivery.state == DeliveryState.QUEUED and delivery.reason:
        look = {"look": delivery.state, "icon": DELIVERIES[delivery.state][0]}
        return {**look, "text": _waiting(delivery), "detail": retold(delivery.reason)}
    address = {"address": readable_address(delivery.recipient)}
    text = {
        DeliveryState.QUEUED: _("On its way to %(address)s"),
        DeliveryState.SENDING: _("On its way to %(address)s"),
        DeliveryState.SENT: _("Sent to %(address)s"),
        DeliveryState.UNKNOWN: _("Not known whether it reached %(address)s"),
        DeliveryState.HELD: _("Held back for %(address)s"),
        DeliveryState.BOUNCED: _("Came back from %(address)s"),
        DeliveryState.CANCELLED: _("Not sent to %(address)s: given up"),
        DeliveryState.FAILED: _("Not delivered to %(address)s"),
    }[DeliveryState(delivery.state)] % address
    if delivery.state == DeliveryState.SENT and delivery.finished_at:
        text = f"{text} · {readable.moment(delivery.finished_at)}"
    elif delivery.reason:
        text = f"{text}: {retold(delivery.reason)}"
    return {"look": delivery.state, "icon": DELIVERIES[delivery.state][0], "text": text, "detail": ""}
