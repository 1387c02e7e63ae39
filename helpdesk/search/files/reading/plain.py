"""Text files and web pages."""

import re

from helpdesk.core.charsets import decode_text
from helpdesk.core.sanitising import html_to_text

HEAD_BYTES = 4 * 1024 * 1024
"""Of a text so many bytes are looked at: more than are kept, for markup says nothing."""
_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def text_of_plain(content: bytes) -> str:
    return decode_text(content[:HEAD_BYTES])


def text_of_page(content: bytes) -> str:
    """The words of an HTML page as they are laid out."""
    declared = _CHARSET.search(content[:4096])
    html = decode_text(content[:HEAD_BYTES], declared[1].decode("ascii") if declared else "")
    return html_to_text(html)
