"""The HTML of a mail as its writer styled it: what `reading` makes plain for the conversation, with its own look."""

from helpdesk.core.sanitising import clean_original_html
from tickets.mail.parsing import caps
from tickets.mail.parsing.attachments import Attachments
from tickets.mail.parsing.bodies import BodyReader, as_html, charset_hint
from tickets.mail.parsing.structure import read_structure


def original_html(raw: bytes, *, max_bytes: int = caps.MAX_MAIL_BYTES) -> str:
    """The body as HTML, sanitised, with inline styles of listed properties and the addresses of pictures from afar.

    "" when it has none. Raises Unparsable when the mail is larger than `max_bytes`.
    """
    warnings: set[str] = set()
    root = read_structure(caps.admit(raw, max_bytes=max_bytes), warnings)
    hint = charset_hint(root)
    html = as_html(BodyReader(Attachments(hint), warnings, hint).read(root))
    return clean_original_html(html, remote_pictures=True) if html else ""
