"""Letters as bytes, read back by the standard library as any mail program would."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from helpdesk.core.mime import Enclosure, Letter, ascii_address, write_letter

WRITTEN = datetime(2026, 11, 21, 10, tzinfo=UTC)
PLAIN = {
    "sender": ("Helpdesk", "desk@helpdesk.example"),
    "to": (("Clara Weiss", "clara@shop.example"),),
    "subject": "Your basket",
    "text": "It is full again.\n",
    "html": "<p>It is full again.</p>",
    "message_id": "one@helpdesk.example",
    "date": WRITTEN,
}
INJECTIONS = ["x\r\nBcc: all@shop.example", "x\nBcc: all@shop.example", "x\rBcc: all@shop.example", "x\0\x0b\x85y"]


def written(**fields):
    return write_letter(Letter(**(PLAIN | fields)))


def read(**fields):
    return message_from_bytes(written(**fields), policy=policy.default)


def words_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_letter_says_who_to_whom_what_and_when_in_both_forms():
    mail = read()

    assert (mail["From"], mail["To"]) == ("Helpdesk <desk@helpdesk.example>", "Clara Weiss <clara@shop.example>")
    assert (mail["Subject"], mail["Message-ID"]) == ("Your basket", "<one@helpdesk.example>")
    assert mail["Date"].datetime == WRITTEN
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert words_of(mail) == "It is full again.\n"
    assert {"Cc", "Reply-To", "In-Reply-To", "References"} & set(mail.keys()) == set()


def test_letter_when_written_again_then_is_the_same_to_the_byte():
    files = (Enclosure("a.txt", "text/plain", b"a"),)

    assert written(enclosures=files) == written(enclosures=files)
    assert written(message_id="two@helpdesk.example") != written()


@pytest.mark.parametrize("text", ["Кириллица и «кавычки»\n", "x" * 5000 + "\n", ".\n..\n", "From me\n", "a\n\n\nb\n"])
def test_letter_when_its_words_are_unusual_then_they_come_back_in_seven_bits_and_short_lines(text):
    raw = written(text=text)

    assert words_of(message_from_bytes(raw, policy=policy.default)) == text
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("hostile", INJECTIONS)
@pytest.mark.parametrize(
    "place", ["subject", "name", "address", "reply_to", "message_id", "references", "extra", "file"]
)
def test_letter_when_a_value_holds_a_line_break_then_no_header_comes_of_it(place, hostile):
    fields = {
        "subject": {"subject": hostile},
        "name": {"sender": (hostile, "desk@helpdesk.example")},
        "address": {"cc": (("", f"clara@shop.example{hostile}"),)},
        "reply_to": {"reply_to": f"desk@helpdesk.example{hostile}"},
        "message_id": {"message_id": f"one{hostile}@helpdesk.example"},
        "references": {"references": (f"one{hostile}@helpdesk.example",)},
        "extra": {"extra": (("X-Loop", hostile),)},
        "file": {"enclosures": (Enclosure(hostile, "text/plain", b"a"),)},
    }[place]

    raw = written(**fields)

    heads = raw.partition(b"\r\n\r\n")[0]
    assert message_from_bytes(raw)["Bcc"] is None
    assert b"\nBcc" not in raw
    assert heads.replace(b"\r\n", b"").translate(None, bytes(range(32))) == heads.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "subject",
    ["Привет", "=?utf-8?q?=41?=", "a" * 300, "Ответ: " * 60, "\N{PILE OF POO} 100 %", "a  b", '"quoted" <b@c.d>'],
)
def test_subject_of_any_kind_comes_back_as_it_was_meant(subject):
    assert " ".join(read(subject=subject)["Subject"].split()) == " ".join(subject.split())


@pytest.mark.parametrize("name", ["Клара Вайс", 'Clara "C" Weiss', "Weiss, Clara", "=?utf-8?q?=41?=", "a@b.c", ""])
def test_name_of_any_kind_stays_a_name_beside_its_address(name):
    [address] = read(to=((name, "clara@shop.example"),))["To"].addresses

    assert (address.display_name, address.addr_spec) == (name, "clara@shop.example")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("clara@shop.example", "clara@shop.example"),
        ("clara@пример.рф", "clara@xn--e1afmkfd.xn--p1ai"),
        ("o'hara+x=y@shop.example", "o'hara+x=y@shop.example"),
        ("клара@shop.example", None),
        ("cla ra@shop.example", None),
        ("clara@shop..example", None),
        ("clara@", None),
        ("@shop.example", None),
        ("clara", None),
        ("a<b@shop.example", None),
        ("x" * 65 + "@shop.example", None),
        (f"clara@{'x' * 64}.example", None),
    ],
)
def test_address_is_written_as_every_server_takes_it_or_not_at_all(address, expected):
    assert ascii_address(address) == expected


def test_address_that_has_no_such_form_is_left_out_for_the_others_sake():
    mail = read(to=(("", "клара@shop.example"), ("", "piotr@shop.example")), cc=(("", "клара@shop.example"),))

    assert (mail["To"], mail["Cc"]) == ("piotr@shop.example", None)


def test_letter_to_nobody_who_can_be_named_is_still_a_letter():
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in written(to=())


@pytest.mark.parametrize("bad", ["", "one two@x", "one>two", "<one@x>", "один@x", "x" * 2000])
def test_message_id_that_breaks_headers_is_left_out(bad):
    mail = read(in_reply_to=bad, references=("first@x", bad, "last@x"))

    assert (mail["In-Reply-To"], mail["References"]) == (None, "<first@x> <last@x>")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("text/plain", "text/plain"),
        ("IMAGE/PNG", "image/png"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
        ("text/plain; charset=x\r\nBcc: a@b.c", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_file_travels_whole_under_a_type_that_opens_nothing(declared, expected):
    content = bytes(range(256)) + b"\r\n.\r\nFrom \n"

    [file] = read(enclosures=(Enclosure("отчёт.pdf", declared, content),)).iter_attachments()

    assert (file.get_content_type(), file.get_filename(), file.get_content_disposition()) == (
        expected,
        "отчёт.pdf",
        "attachment",
    )
    assert file.get_payload(decode=True) == content


def test_file_whose_name_is_nothing_printable_has_one_all_the_same():
    [file] = read(enclosures=(Enclosure("\0\n", "text/plain", b"a"),)).iter_attachments()

    assert file.get_filename() == "file"
