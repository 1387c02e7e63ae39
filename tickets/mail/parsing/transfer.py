"""Content-Transfer-Encoding undone, for bodies that are what they say and for those that are not."""

import binascii
import re

NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
BASE64_BODY = re.compile(rb"[A-Za-z0-9+/=\s]*")
WORDS = re.compile(rb"\w[ \t]+\w")
AS_IT_IS = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "plain", "utf-8", "us-ascii", "text"})
UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode_transfer(body: bytes, encoding: str, warnings: set[str], *, textual: bool) -> bytes:
    """The bytes behind a body. Never raises; what cannot be decoded comes back as it is, with a warning.

    `textual` bodies keep readable lines that somebody appended after the base64 (mailing lists do).
    """
    if encoding in AS_IT_IS:
        return body
    if encoding in ("quoted-printable", "quotedprintable", "qp", "quoted/printable"):
        return binascii.a2b_qp(body)
    if encoding in ("base64", "base-64", "b", "x-base64"):
        return _base64_body(body, warnings, textual=textual)
    if encoding in UUENCODED:
        decoded = uudecode_lines(body.splitlines())
        return body if decoded is None else decoded
    warnings.add(f"Unknown Content-Transfer-Encoding {encoding[:40]}")
    return body


def decode_base64(encoded: bytes) -> bytes:
    """Every byte that can be had from base64: without padding, with junk inside, or in several blocks."""
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except binascii.Error:
        pass  # The tolerant way below takes what the strict one refuses.
    cleaned = NOT_BASE64.sub(b"", encoded)
    cleaned = cleaned.translate(None, b" \t\r\n\x0b\x0c")
    return b"".join(_one_block(block) for block in re.split(rb"=+", cleaned) if block)


def _one_block(block: bytes) -> bytes:
    spare = len(block) % 4
    if spare == 1:
        block, spare = block[:-1], 0
    return binascii.a2b_base64(block + b"=" * (-spare % 4))


def _base64_body(body: bytes, warnings: set[str], *, textual: bool) -> bytes:
    encoded = body.translate(None, b" \t\r\n")
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except binascii.Error:
        warnings.add("A base64 body is damaged; what could be decoded is shown")
    if textual:
        head = BASE64_BODY.match(body)
        cut = body.rfind(b"\n", 0, head.end() if head else 0) + 1
        if WORDS.search(body[cut:]):
            start = body[:cut]
            footer = body[cut:] if WORDS.search(start) is None else body
            return (decode_base64(start) if footer is not body else b"") + (b"\n" if cut else b"") + footer
    return decode_base64(body)


def uudecode_lines(lines: list[bytes]) -> bytes | None:
    """The content of the first uuencoded block among `lines`, None when there is none."""
    content: list[bytes] | None = None
    for line in lines:
        if content is None:
            if re.match(rb"begin [0-7]{3,4} ", line):
                content = []
        elif line.strip() == b"end":
            break
        else:
            content.append(uudecode_line(line))
    return None if content is None else b"".join(content)


def uudecode_line(line: bytes) -> bytes:
    """One line; trailing white space that was lost or added on the way is forgiven, other damage gives nothing."""
    stripped = line.rstrip(b"\r\n")
    if not stripped:
        return b""
    length = (stripped[0] - 32) & 63
    wanted = 1 + (length + 2) // 3 * 4
    try:
        return binascii.a2b_uu(stripped[:wanted].ljust(wanted, b" "))
    except binascii.Error:
        return b""
