"""`parse`: the bytes of one mail to a `ParsedMail`."""

from helpdesk.core.charsets import without_controls
from helpdesk.core.sanitising import clean_mail_html, clean_name, html_to_text
from tickets.mail.parsing import caps
from tickets.mail.parsing.addresses import read_addresses
from tickets.mail.parsing.attachments import Attachments
from tickets.mail.parsing.bodies import BodyReader, Segment, as_html, charset_hint
from tickets.mail.parsing.classification import classify
from tickets.mail.parsing.evidence import to_message
from tickets.mail.parsing.folding import fold_html, fold_text
from tickets.mail.parsing.headers import decode_header, message_id, message_ids, read_date
from tickets.mail.parsing.structure import Part, read_structure
from tickets.mail.parsing.types import Address, ParsedMail

DELIVERED_TO = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-forwarded-to",
    "x-rcpt-to",
)
MAX_SHOWN_HTML = 2_000_000


def parse(raw: bytes, *, max_bytes: int = caps.MAX_MAIL_BYTES) -> ParsedMail:
    """Read a mail whatever state it is in; oddities are named in `warnings`.

    Raises Unparsable when it is larger than `max_bytes`. Work is linear in the size of the mail.
    """
    raw = caps.admit(raw, max_bytes=max_bytes)
    warnings: set[str] = set()
    root = read_structure(raw, warnings)
    hint = charset_hint(root)
    attachments = Attachments(hint)
    segments = BodyReader(attachments, warnings, hint).read(root)
    text, html = _body(segments, attachments, warnings)
    clean = clean_mail_html(html) if html else None
    return _assembled(
        root,
        hint,
        text=text,
        html=fold_html(clean.html) if clean else "",
        has_remote_pictures=clean.has_remote_pictures if clean else False,
        attachments=attachments,
        raw_html=html,
        warnings=warnings,
    )


def _body(segments: list[Segment], attachments: Attachments, warnings: set[str]) -> tuple[str, str]:
    """Text and HTML to show; what is too much for a page is shortened there and attached whole."""
    html = as_html(segments)
    if html and (len(html) > MAX_SHOWN_HTML or html.lower().count("href") > caps.MAX_LINKS):
        warnings.add("The HTML is too large or has too many links to be shown; it is attached as message.html")
        attachments.add("message.html", html.encode("utf-8"), declared="text/html")
        html = ""
    pieces = [segment.text if segment.text.strip() else html_to_text(segment.html) for segment in segments]
    text = without_controls("\n\n".join(piece.strip("\n") for piece in pieces)) if len(pieces) > 1 else "".join(pieces)
    if len(text) > caps.MAX_SHOWN_TEXT:
        warnings.add("The text is very long; all of it is attached as message.txt")
        attachments.add("message.txt", text.encode("utf-8"), declared="text/plain")
        text = text[: caps.MAX_SHOWN_TEXT]
    return text, html


def _assembled(
    root: Part,
    hint: str,
    *,
    text: str,
    html: str,
    has_remote_pictures: bool,
    attachments: Attachments,
    raw_html: str,
    warnings: set[str],
) -> ParsedMail:
    def addresses(*names: str) -> tuple[Address, ...]:
        values = [value for name in names for value in root.headers(name)]
        return _clean(read_addresses(values, hint, warnings)) if values else ()

    writers, senders = addresses("from"), addresses("sender")
    date = read_date(root.header("date"))
    if date is None and root.header("date").strip():
        warnings.add("The date could not be read")
    if not root.fields:
        warnings.add("The mail has no headers")
    return ParsedMail(
        message_id=message_id(root.header("message-id")),
        in_reply_to=message_ids(root.header("in-reply-to")),
        references=message_ids(" ".join(root.headers("references"))),
        date=date,
        from_=next((writer for writer in writers if writer.address), writers[0] if writers else None),
        from_count=len(writers),
        sender=senders[0] if senders else None,
        reply_to=addresses("reply-to"),
        to=addresses("to"),
        cc=addresses("cc"),
        delivered_to=tuple(dict.fromkeys(addresses(*DELIVERED_TO))),
        subject=clean_name(decode_header(root.header("subject"), hint)),
        text=text,
        folds=fold_text(text),
        html=html,
        has_remote_pictures=has_remote_pictures,
        attachments=attachments.placed(raw_html),
        classification=classify(to_message(root), body_text=text),
        authentication_results=_lines(root, "authentication-results"),
        loop_headers=_lines(root, "x-helpdesk-loop"),
        return_path=_return_path(root),
        list_id=_list_id(root),
        warnings=tuple(sorted(warnings)),
    )


def _clean(found: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(Address(clean_name(each.name), each.address) if each.name else each for each in found)


def _lines(root: Part, name: str) -> tuple[str, ...]:
    return tuple(decode_header(value) for value in root.headers(name)[:20])


def _return_path(root: Part) -> str:
    value = decode_header(root.header("return-path"))
    inner = value.strip("<> \t")
    return inner[: caps.MAX_MESSAGE_ID] if inner or not value else "<>"


def _list_id(root: Part) -> str:
    value = decode_header(root.header("list-id"))
    return (value.rpartition("<")[2].partition(">")[0] if "<" in value else value).strip()[: caps.MAX_MESSAGE_ID]
