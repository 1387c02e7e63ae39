"""Files of a mail, named and typed by our own looking."""

import hashlib
import re
from dataclasses import replace

from helpdesk.core.filetypes import detect_type, extension_for
from tickets.mail.parsing.filenames import Names, safe_filename
from tickets.mail.parsing.headers import decode_header, decode_parameter, message_id
from tickets.mail.parsing.parameters import ContentHeader
from tickets.mail.parsing.structure import Part
from tickets.mail.parsing.types import ParsedAttachment

CID_REFERENCE = re.compile(r"cid:([^\"'\s>)]{1,998})", re.IGNORECASE)
FALLBACK_NAMES = {
    "text/calendar": "invite.ics",
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt",
    "message/external-body": "external-body.txt",
    "message/partial": "partial-message.txt",
    "text/rfc822-headers": "headers.txt",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
}


class Attachments:
    """Collects the files of one mail in the order in which they are met."""

    def __init__(self, hint: str) -> None:
        self.found: list[ParsedAttachment] = []
        self._hint = hint
        self._names = Names()

    def add_part(self, part: Part, disposition: ContentHeader, content: bytes, *, related: bool) -> None:
        """A part as a file; attached messages are named by their subject."""
        name = self.name_of(part, disposition)
        if part.children and not name:
            subject = decode_header(part.children[0].header("subject"), self._hint)
            name = (subject[:120].replace("/", "_").replace("\\", "_").strip(" .") or "message") + ".eml"
        identifier = message_id(part.header("content-id")) if "content-id" in part.values else ""
        shown_inside = disposition.value == "inline" or (
            bool(identifier) and related and disposition.value != "attachment"
        )
        self.add(
            name or FALLBACK_NAMES.get(part.content_type, ""),
            content,
            declared=part.content_type if part.values.get("content-type") or part.children else "",
            content_id=identifier,
            inline=shown_inside,
        )

    def name_of(self, part: Part, disposition: ContentHeader) -> str:
        return decode_parameter(disposition, "filename", self._hint) or decode_parameter(
            part.content, "name", self._hint
        )

    def add(self, name: str, content: bytes, *, declared: str = "", content_id: str = "", inline: bool = False) -> None:
        detected = detect_type(content, declared, name)
        filename = safe_filename(name, "") or self._names.nameless(extension_for(detected))
        self.found.append(
            ParsedAttachment(
                filename=self._names.unique(filename),
                content_type=detected,
                declared_type=declared,
                content_id=content_id,
                inline=inline,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )

    def placed(self, html: str) -> tuple[ParsedAttachment, ...]:
        """All files; those that the HTML shows by `cid:` are inline, other pictures of unused identifiers are not."""
        if not self.found:
            return ()
        used = {reference.lower() for reference in CID_REFERENCE.findall(html)} if "cid:" in html.lower() else set()
        return tuple(
            replace(file, inline=True)
            if file.content_id and file.content_id.lower() in used and not file.inline
            else file
            for file in self.found
        )
