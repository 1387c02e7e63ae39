"""Mails that nobody here wrote: all that they say must come out somewhere."""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpdesk.core.charsets import decode_text
from tickets.mail.parsing.headers import decode_header, message_id
from tickets.mail.parsing.reading import parse
from tickets.mail.parsing.types import ParsedMail

SAMPLES = Path(__file__).parents[4].parent / "shared" / "mail_samples"
CONTROLS = bytes(set(range(32)) - {9, 10, 13})
MIME = sorted((SAMPLES / "mime").glob("*.msg"))
MIMEKIT = sorted(path for path in (SAMPLES / "mimekit").rglob("*") if path.is_file())
REPLIES = sorted(path for path in (SAMPLES / "replies").rglob("*.txt"))


@pytest.mark.parametrize("path", MIME, ids=lambda path: path.stem)
def test_sample_when_parsed_then_every_text_of_its_expected_tree_is_found(path):
    mail = parse(path.read_bytes())

    said = squeezed("\n".join(everything_said(mail)))
    for leaf in expected_texts(path):
        assert squeezed(leaf) in said


@pytest.mark.parametrize("path", MIME, ids=lambda path: path.stem)
def test_sample_when_parsed_then_its_headers_are_the_expected_ones(path):
    expected = expected_headers(path)

    mail = parse(path.read_bytes())

    assert mail.subject == decode_header(expected.get("subject", ""))
    assert mail.message_id == message_id(expected.get("message-id", ""))
    people = expected.get("from", "") + expected.get("to", "")
    for each in (mail.from_, *mail.to):
        assert each is None or each.address in people
    assert (mail.from_ is None) == ("from" not in expected)


@pytest.mark.parametrize("path", MIME, ids=lambda path: path.stem)
def test_sample_when_parsed_then_every_binary_part_is_an_attachment(path):
    mail = parse(path.read_bytes())

    contents = list(everything_attached(mail))
    for binary in expected_binaries(path):
        assert any(content == binary for content in contents), len(binary)


@pytest.mark.parametrize("path", MIMEKIT, ids=lambda path: path.name)
def test_mimekit_sample_when_parsed_then_no_line_of_its_plain_parts_is_lost(path):
    raw = path.read_bytes()

    mail = parse(raw)

    said = squeezed("\n".join(everything_said(mail)))
    for line in plain_lines(raw):
        assert squeezed(line) in said


@pytest.mark.parametrize("path", REPLIES, ids=lambda path: path.stem)
def test_reply_when_parsed_then_its_whole_body_is_the_text(path):
    body = path.read_bytes()
    raw = b"From: clara@shop.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body

    mail = parse(raw)

    expected = body.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    assert squeezed(mail.text) == squeezed(expected)


def everything_said(mail: ParsedMail) -> Iterator[str]:
    yield mail.text
    yield mail.html
    for file in mail.attachments:
        if file.declared_type == "message/rfc822" and file.content:
            yield from everything_said(parse(file.content))
            yield decode_text(file.content)
        elif file.content_type.startswith(("text/", "message/", "application/xml")) or b"\x00" not in file.content:
            yield decode_text(file.content)


def everything_attached(mail: ParsedMail) -> Iterator[bytes]:
    for file in mail.attachments:
        yield file.content
        if file.declared_type == "message/rfc822":
            yield from everything_attached(parse(file.content))


def squeezed(text: str) -> str:
    return re.sub(r"[\s>]+", "", text)


@lru_cache
def tree(path: Path) -> ElementTree.Element:
    written = path.with_suffix(".xml").read_bytes().translate(None, CONTROLS)
    try:
        return ElementTree.fromstring(written.decode("utf-8"))
    except UnicodeDecodeError:
        return ElementTree.fromstring(written.decode("latin-1"))


def expected_headers(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in tree(path).findall("header/field"):
        name, _, value = (field.text or "").strip().partition(":")
        found.setdefault(name.strip().lower(), re.sub(r"\n(?=\s)", "", value.strip()))
    return found


def expected_leaves(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """(content type, charset, transfer encoding, text as it stands in the mail) of each leaf."""
    for node in tree(path).iter():
        body = node.find("body")
        if body is None:
            continue
        fields = {
            name.strip().lower(): value.strip()
            for name, _, value in ((field.text or "").partition(":") for field in node.findall("header/field"))
        }
        content_type = fields.get("content-type", "text/plain")
        charset = re.search(r'charset="?([^";\s]+)', content_type)
        encoding = fields.get("content-transfer-encoding", "7bit").lower()
        yield content_type.split(";")[0].strip().lower(), charset[1] if charset else "", encoding, body.text or ""


def expected_texts(path: Path) -> Iterator[str]:
    for content_type, charset, encoding, body in expected_leaves(path):
        if content_type != "text/plain":
            continue
        yield from without_uuencoded(decoded(body, encoding, charset))


def expected_binaries(path: Path) -> Iterator[bytes]:
    for content_type, _, encoding, body in expected_leaves(path):
        if encoding == "base64" and not content_type.startswith("text/"):
            yield base64.b64decode(re.sub(r"[^A-Za-z0-9+/=]", "", body) + "==")


def decoded(body: str, encoding: str, charset: str) -> str:
    raw = body.encode("latin-1", "replace")
    if encoding == "base64":
        return decode_text(base64.b64decode(raw), charset)
    if encoding == "quoted-printable":
        return decode_text(binascii.a2b_qp(raw), charset)
    return decode_text(raw, charset)


def without_uuencoded(text: str) -> list[str]:
    return re.split(r"(?ms)^begin \d{3} .*?^end\s*$", text)


def plain_lines(raw: bytes) -> Iterator[str]:
    """Readable lines of bodies that no encoding hides: outside headers, boundaries, base64 and quoted-printable."""
    if re.search(rb"(?i)transfer-encoding:\s*(?:base64|quoted)|text/html|message/partial|iso-2022-jp", raw):
        return
    in_body = False
    for line in raw.decode("latin-1").replace("\r\n", "\n").split("\n"):
        if line.startswith("--"):
            in_body = False
        elif not line.strip():
            in_body = True
        elif in_body and ":" not in line:
            yield line
