"""For any bytes at all: a result or Unparsable, never anything else; for sound mails: nothing given is lost."""

import random
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.mail.parsing.reading import parse
from tickets.mail.parsing.types import ParsedMail

SAMPLES = sorted((Path(__file__).parents[4].parent / "shared" / "mail_samples" / "mime").glob("*.msg"))
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=40)
PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"--b\r\n",
        b"--b--",
        b"\r\n\r\n",
        b"\r",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Type: text/html; charset=utf-7\r\n",
        b"=?utf-8?B?",
        b"?=",
        b"<",
        b'"',
        b"(",
        b"\x00",
        b"Content-Type: application/ms-tnef\r\n",
        b"\x78\x9f\x3e\x22",
        b"begin 644 a\r\n",
        b"From: ",
        b"Date: ",
        b"<div>",
        b"&#",
        b"\xff\xfe",
    ]
)


@RELAXED
@given(st.binary(max_size=2000))
def test_any_bytes_when_parsed_then_there_is_a_result(raw):
    assert isinstance(parse(raw), ParsedMail)


@RELAXED
@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=40))
def test_pieces_of_mails_when_parsed_then_there_is_a_storable_result(pieces):
    parsed = parse(b"".join(pieces))

    for text in (
        parsed.text,
        parsed.html,
        parsed.subject,
        parsed.message_id,
        *(file.filename for file in parsed.attachments),
    ):
        assert "\x00" not in text
        text.encode("utf-8")


@RELAXED
@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False))
def test_mutated_samples_when_parsed_then_there_is_a_result(path: Path, chance: random.Random):
    raw = bytearray(path.read_bytes()[:20_000])
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(raw))
        raw[at : at + chance.choice((0, 1, 5, 50))] = chance.choice(
            (b"", b"\x00", b"\r", b"\n", b"=?", b"--", bytes([chance.randrange(256)]))
        )
        raw = raw or bytearray(b"x")

    assert isinstance(parse(bytes(raw)), ParsedMail)


@RELAXED
@given(
    subject=WORDS,
    text=st.lists(WORDS, min_size=1, max_size=8),
    html=st.none() | WORDS,
    files=st.lists(st.tuples(WORDS, st.binary(max_size=300)), max_size=3),
    writer=WORDS,
)
def test_sound_mail_when_parsed_then_all_that_was_given_is_found(subject, text, html, files, writer):
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = f"{writer} <clara@shop.example>" if writer.isascii() else "clara@shop.example"
    message.set_content("\n".join(text))
    if html is not None:
        message.add_alternative(f"<p>{html}</p>", subtype="html")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"{name}.bin")

    parsed = parse(message.as_bytes())

    assert parsed.from_.address == "clara@shop.example"
    assert squeezed(parsed.subject) == squeezed(subject)
    assert squeezed(parsed.text) == squeezed("\n".join(text))
    assert [file.content for file in parsed.attachments] == [content for _, content in files]
    assert html is None or squeezed(html) in squeezed(parsed.html)


def squeezed(text: str) -> str:
    import unicodedata

    return "".join(unicodedata.normalize("NFC", text).split())
