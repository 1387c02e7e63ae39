"""Mails made to stop their reader (ids as in the list of attacks): read within time and memory all the same."""

import time

import pytest

from tickets.mail.parsing.pool import ParserPool
from tickets.mail.parsing.types import ParsedMail

HEAD = b"From: a@b.c\r\nTo: d@e.f\r\nMessage-ID: <1@x>\r\n"
SECONDS = 6.0


def html(body: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html\r\n\r\n" + body


def mixed(boundary: bytes, body: bytes) -> bytes:
    return HEAD + b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n' + body


def nested(depth: int) -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(depth))


HOSTILE: dict[str, bytes] = {
    "F01_nested_multiparts": HEAD + nested(1000) + b"Content-Type: text/plain\r\n\r\nneedle\r\n",
    "F01_nested_messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"\r\nneedle",
    "F02_recipients": b"To: " + b", ".join(b"u%d@x.y" % i for i in range(100_000)) + b"\r\n" + HEAD + b"\r\nneedle",
    "F02_folded_recipients": b"To: "
    + b",\r\n ".join(b'"N, %d" <u%d@x.y>' % (i, i) for i in range(100_000))
    + b"\r\n\r\nneedle",
    "F03_encoded_words": b"Subject: " + b"=?utf-8?B?0J/RgNC40LLQtdGC?= " * 27_000 + b"\r\n" + HEAD + b"\r\nneedle",
    "F03_unfinished_words": b"Subject: " + b"=?a?b?" * 1300 + b"\r\nFrom: " + b"=?a?b?" * 10_000 + b"\r\n\r\nneedle",
    "F04_parameters": HEAD + b"Content-Type: text/plain" + b"; a" * 83_000 + b"\r\n\r\nneedle",
    "F04_numbered_parameters": HEAD
    + b"Content-Type: text/plain"
    + b"".join(b"; n*%d*=a" % i for i in range(20_000))
    + b"\r\n\r\nneedle",
    "F04_quotes": HEAD + b"Content-Type: text/plain" + b'; a="' * 20_000 + b"\r\n\r\nneedle",
    "F05_comments": b"From: " + b"(" * 10_240 + b"\r\n\r\nneedle",
    "F05_quotes": b"From: " + b'"\\' * 30_000 + b"\r\n\r\nneedle",
    "F05_angles": b"From: " + b"<" * 60_000 + b"\r\n\r\nneedle",
    "F05_commas": b"From: " + b"," * 60_000 + b"\r\n\r\nneedle",
    "F05_groups": b"From: " + b"a:b@" * 15_000 + b"\r\n\r\nneedle",
    "F06_message_id": b"Message-ID: <" + b"[" * 293_000 + b"\r\n" + HEAD + b"\r\nneedle",
    "F06_references": b"References: " + b"<a@b> <" * 30_000 + b"\r\n" + HEAD + b"\r\nneedle",
    "F07_charset": HEAD + b"Content-Type: text/plain; charset=foo-42\r\n\r\nneedle " + bytes(range(128, 256)) * 8000,
    "F08_parts": mixed(b"x", b"--x\r\n\r\nneedle\r\n" * 20_000 + b"--x--\r\n"),
    "F08_one_letter_boundary": mixed(b"-", b"---\r\n\r\nneedle" + b"---\r\n" * 2_000_000),
    "F08_false_boundaries": mixed(b"-", b"needle\r\n" + b"---x\r\n" * 2_000_000),
    "F09_urls": HEAD + b"\r\nneedle " + b"http://a.a.a " * 80_000,
    "F09_one_url": HEAD + b"\r\nneedle " + b"http://a.a.a" * 87_000,
    "F10_entities": html(b"needle " + b"&amp;amp;" * 500_000),
    "F10_broken_entities": html(b"needle " + b"&#x" * 600_000),
    "F10_nested_html": html(b"needle " + b"<div>" * 1_000_000),
    "F10_nested_formatting": html(b"needle " + b"<b><i><a><font>" * 100_000),
    "F10_nested_tables": html(b"needle " + b"<table><tr><td>" * 20_000),
    "F10_much_html": html(b"needle " + b"<div><p>hello <b>x</b></p></div>" * 160_000),
    "F10_large_attachment": mixed(
        b"x",
        b"--x\r\n\r\nneedle\r\n--x\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b"AAAAAAAA" * 4_600_000,
    ),
    "F10_base64_blocks": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nbmVlZGxl\r\n" + b"AA==\r\n" * 800_000,
    "F10_quoted_printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nneedle" + b"=" * 5_000_000,
    "F10_uuencode": HEAD + b"\r\nneedle\r\n" + b"begin 644 x\r\n" * 300_000,
    "F10_flowed": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\nneedle\r\n" + b"> \r\n" * 1_000_000,
    "F10_quotes": HEAD + b"\r\nneedle\r\n" + b">" * 1_000_000 + b"\r\n> x" * 200_000,
    "F10_signatures": HEAD + b"\r\nneedle\r\n" + b"-- \r\n" * 200_000,
    "F10_attributions": HEAD + b"\r\nneedle\r\n" + b"On Mon, 1 Jan 2020 at 10:00, A <a@b> wrote:\r\n" * 20_000,
    "F10_one_line": HEAD + b"\r\nneedle " + b"On a " * 200_000,
    "F11_extension": HEAD + b'Content-Disposition: attachment; filename="a.' + b"x" * 15_000 + b'"\r\n\r\nneedle',
    "F13_links": html(b"needle " + b"<a href=http://x.y/>l</a> " * 6000),
    "F15_headers": b"".join(b"X-%d: y\r\n" % i for i in range(100_000)) + HEAD + b"\r\nneedle",
    "F15_endless_headers": b"X: y\r\n" * 3_000_000 + b"\r\nneedle",
    "F15_odd_header_lines": b"odd\r\nX: y\r\n" * 20_000 + b"\r\nneedle",
}


@pytest.fixture(scope="module")
def pool():
    with ParserPool(memory_bytes=1024**3, wall_seconds=30) as pool:
        pool.parse(b"From: a@b.c\r\n\r\nwarm")
        yield pool


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_when_parsed_then_it_is_read_in_time_and_its_words_are_found(name, pool):
    started = time.monotonic()

    parsed = pool.parse(HOSTILE[name])

    assert time.monotonic() - started < SECONDS
    assert "needle" in everything(parsed)


@pytest.mark.parametrize(
    "name", ["F01_nested_multiparts", "F02_recipients", "F03_encoded_words", "F08_parts", "F13_links", "F15_headers"]
)
def test_hostile_mail_when_something_is_left_out_then_a_warning_says_so(name, pool):
    assert pool.parse(HOSTILE[name]).warnings


def test_parts_when_far_too_many_then_no_more_than_the_cap_are_read(pool):
    parsed = pool.parse(HOSTILE["F08_parts"])

    assert parsed.text.count("needle") == 499


def test_time_when_a_mail_is_four_times_as_long_then_it_is_not_sixteen_times_as_long(pool):
    def seconds(size: int) -> float:
        raw = mixed(b"x", b"--x\r\n\r\n" + b"words and > quotes\r\n" * size + b"--x--\r\n")
        started = time.monotonic()
        pool.parse(raw)
        return time.monotonic() - started

    seconds(10_000)

    assert seconds(160_000) < 10 * max(seconds(40_000), 0.05)


def everything(parsed: ParsedMail) -> str:
    files = " ".join(file.content[:2_000_000].decode("latin-1") for file in parsed.attachments)
    return f"{parsed.text} {parsed.html} {files}"
