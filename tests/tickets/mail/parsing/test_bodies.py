"""What becomes text, what HTML, what a file."""

import base64
import hashlib

import pytest

from tickets.mail.parsing.errors import Unparsable
from tickets.mail.parsing.reading import parse

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def part(content_type: str, body: bytes | str, *headers: str) -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    return "\r\n".join((f"Content-Type: {content_type}", *headers)).encode() + b"\r\n\r\n" + raw


def multipart(kind: str, *parts: bytes, boundary: str = "bb") -> bytes:
    mark = f"--{boundary}".encode()
    inside = b"".join(mark + b"\r\n" + each + b"\r\n" for each in parts)
    return part(f'multipart/{kind}; boundary="{boundary}"', inside + mark + b"--\r\n")


def mail(content: bytes, *headers: str) -> bytes:
    return "".join(f"{header}\r\n" for header in ("From: clara@shop.example", *headers)).encode() + content


def in_base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def test_alternative_when_parsed_then_plain_text_and_html_are_one_body():
    parsed = parse(
        mail(multipart("alternative", part("text/plain", "plain words"), part("text/html", "<p>rich words</p>")))
    )

    assert parsed.text.strip() == "plain words"
    assert "rich words" in parsed.html
    assert parsed.attachments == ()


def test_html_alone_when_parsed_then_text_is_made_of_it():
    parsed = parse(mail(part("text/html; charset=utf-8", "<p>Добрый день</p><script>alert(1)</script>")))

    assert parsed.text.strip() == "Добрый день"
    assert "script" not in parsed.html


def test_html_when_only_its_meta_names_the_charset_then_it_is_believed():
    body = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1253"><p>Καλημέρα σας</p>'.encode(
        "cp1253"
    )

    parsed = parse(mail(part("text/html", body)))

    assert parsed.text.strip() == "Καλημέρα σας"


def test_mixed_when_it_has_texts_around_a_file_then_all_are_shown_in_order():
    content = multipart(
        "mixed",
        part("text/plain", "before"),
        part("application/pdf; name=a.pdf", b"%PDF-1.4"),
        part("text/plain", "after"),
        part("text/html", "<b>end</b>"),
    )

    parsed = parse(mail(content))

    assert parsed.text.split() == ["before", "after", "end"]
    assert parsed.html.index("before") < parsed.html.index("after") < parsed.html.index("end")
    assert [file.filename for file in parsed.attachments] == ["a.pdf"]


def test_related_when_parsed_then_its_picture_is_inline_under_its_content_id():
    content = multipart(
        "related",
        part("text/html", '<p>look <img src="cid:pic@1"></p>'),
        part("image/png", in_base64(PNG), "Content-Transfer-Encoding: base64", "Content-ID: <pic@1>"),
    )

    parsed = parse(mail(content))

    picture = parsed.attachments[0]
    assert (picture.content_id, picture.inline, picture.content_type) == ("pic@1", True, "image/png")
    assert picture.content == PNG
    assert picture.sha256 == hashlib.sha256(PNG).hexdigest()
    assert 'src="cid:pic@1"' in parsed.html


def test_html_called_a_picture_when_parsed_then_it_is_seen_as_html():
    parsed = parse(mail(multipart("mixed", part("image/png; name=a.png", "<html><script>alert(1)</script></html>"))))

    file = parsed.attachments[0]
    assert (file.content_type, file.declared_type) == ("text/html", "image/png")


@pytest.mark.parametrize(
    "text", ["<svg onload=alert(1)>", "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_svg_under_another_name_when_parsed_then_it_is_seen(text):
    parsed = parse(mail(multipart("mixed", part("image/jpeg; name=a.jpg", text))))

    assert parsed.attachments[0].content_type in ("image/svg+xml", "text/html")


def test_attached_message_when_parsed_then_its_bytes_are_untouched_and_its_subject_is_its_name():
    inner = b"From: x@y.z\nSubject: =?utf-8?B?0KHRh9GR0YI=?= 34/17\n\n  body\n\n--bb is no boundary here\n"

    parsed = parse(mail(multipart("mixed", part("text/plain", "see"), part("message/rfc822", inner), boundary="cc")))

    file = parsed.attachments[0]
    assert file.content == inner
    assert file.filename == "Счёт 34_17.eml"
    assert file.content_type == "message/rfc822"


def test_attached_message_in_base64_when_parsed_then_it_is_decoded():
    inner = b"Subject: inner\r\n\r\nwords"
    content = multipart("mixed", part("message/rfc822", in_base64(inner), "Content-Transfer-Encoding: base64"))

    parsed = parse(mail(content))

    assert parsed.attachments[0].content == inner
    assert parsed.attachments[0].filename == "inner.eml"


def test_delivery_status_when_there_is_no_other_text_then_it_is_the_text():
    content = multipart("report", part("message/delivery-status", "Final-Recipient: rfc822; a@b\r\nStatus: 5.1.1"))

    parsed = parse(mail(content))

    assert "5.1.1" in parsed.text
    assert parsed.attachments[0].filename == "delivery-status.txt"


def test_calendar_part_when_parsed_then_it_is_an_attachment():
    invitation = "BEGIN:VCALENDAR\r\nEND:VCALENDAR"
    content = multipart("alternative", part("text/plain", "come"), part("text/calendar; method=REQUEST", invitation))

    parsed = parse(mail(content))

    assert [(file.filename, file.content_type) for file in parsed.attachments] == [("invite.ics", "text/calendar")]
    assert parsed.text.strip() == "come"


@pytest.mark.parametrize("kind", ["pgp", "pkcs7"])
def test_signature_when_parsed_then_it_is_kept_as_a_file(kind):
    content = multipart(
        "signed", part("text/plain", "signed words"), part(f"application/{kind}-signature", "-----BEGIN")
    )

    parsed = parse(mail(content))

    assert parsed.text.strip() == "signed words"
    assert len(parsed.attachments) == 1


def test_flowed_text_when_parsed_then_paragraphs_are_whole_again():
    body = "A long \r\nparagraph.\r\n\r\n> quoted \r\n> words\r\n  stuffed\r\n-- \r\nClara"

    parsed = parse(mail(part("text/plain; format=flowed", body)))

    assert parsed.text == "A long paragraph.\n\n> quoted words\n stuffed\n-- \nClara"


def test_flowed_text_when_spaces_are_to_be_deleted_then_words_join():
    parsed = parse(mail(part("text/plain; format=flowed; delsp=yes", "日本 \r\n語")))

    assert parsed.text == "日本語"


def test_uuencoded_block_when_in_a_text_then_it_becomes_a_file():
    body = "hello\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n\r\nbye"

    parsed = parse(mail(part("text/plain", body)))

    assert [(file.filename, file.content) for file in parsed.attachments] == [("cat.txt", b"Cat")]
    assert parsed.text.split() == ["hello", "bye"]


def test_words_that_only_begin_like_uuencode_when_parsed_then_they_stay_text():
    body = "begin 644 is how it starts\r\nnothing encoded follows here\r\nend"

    parsed = parse(mail(part("text/plain", body)))

    assert parsed.text.split() == body.split()
    assert parsed.attachments == ()


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", "0J/RgNC4\r\n0LLQtdGC", "Привет"),
        ("base64", "0J/RgNC40LLQtdGC0Q", "Привет"),
        ("base64", "0J/R*gNC4!0LLQtdGC", "Привет"),
        ("base64", "0J/RgA==\r\n0LjQsg==", "Прив"),
        ("base64", "Just plain words, not encoded at all", "Just plain words, not encoded at all"),
        ("quoted-printable", "=D0=9F=D1=80=\r\n=D0=B8", "При"),
        ("quoted-printable", "a =ZZ b = c =", "a =ZZ b = c"),
        ("7bit", "Привет", "Привет"),
        ("x-strange", "words", "words"),
        ("8bit", "Привет", "Привет"),
    ],
)
def test_transfer_encoding_when_misused_then_the_words_are_read(encoding, body, text):
    parsed = parse(mail(part("text/plain; charset=utf-8", body, f"Content-Transfer-Encoding: {encoding}")))

    assert parsed.text.strip().rstrip("=�").strip() == text


def test_footer_when_appended_behind_base64_then_both_are_read():
    body = in_base64("Привет всем".encode()) + b"\r\n_____________\r\nlist footer with words\r\n"

    parsed = parse(mail(part("text/plain; charset=utf-8", body, "Content-Transfer-Encoding: base64")))

    assert "Привет всем" in parsed.text
    assert "list footer with words" in parsed.text


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\a.txt"', "a.txt"),
        ("attachment; filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82.pdf", "Счёт.pdf"),
        ("attachment; filename*0*=UTF-8''%D0%A1%D1; filename*1*=%87%D1%91%D1%82; filename*2=.pdf", "Счёт.pdf"),
        ('attachment; filename="=?koi8-r?B?89DJ08/LLmRvYw==?="', "Список.doc"),
        ("attachment; filename==?koi8-r?B?89DJ08/LLmRvYw==?=", "Список.doc"),
        ("attachment; filename=my report.doc; size=5", "my report.doc"),
        ('attachment; filename="unclosed.doc', "unclosed.doc"),
        ('attachment; filename="a\u202egnp.exe"', "agnp.exe"),
        ("attachment; filename=CON.txt", "_CON.txt"),
    ],
)
def test_file_name_when_parsed_then_it_is_clean_and_no_path(disposition, name):
    content = multipart("mixed", part("application/octet-stream", "x", f"Content-Disposition: {disposition}"))

    parsed = parse(mail(content))

    assert parsed.attachments[0].filename == name


@pytest.mark.parametrize(
    "written", ["a." + "x" * 5000, "я" * 500 + ".pdf", "." * 600, "a." + "я" * 16 + "." + "b" * 300]
)
def test_file_name_when_very_long_then_it_fits_and_its_extension_too(written):
    content = multipart("mixed", part("application/pdf", "x", f'Content-Disposition: attachment; filename="{written}"'))

    name = parse(mail(content)).attachments[0].filename

    assert 0 < len(name.encode()) <= 255
    assert "." not in name or len(name.rpartition(".")[2]) <= 16


def test_files_when_of_one_name_then_each_gets_its_own():
    same = part("application/pdf; name=a.pdf", b"%PDF-1.4")

    parsed = parse(mail(multipart("mixed", same, same, same)))

    assert [file.filename for file in parsed.attachments] == ["a.pdf", "a (2).pdf", "a (3).pdf"]


def test_boundary_when_missing_in_the_header_then_it_is_guessed():
    body = (
        "--xyz\r\nContent-Type: text/plain\r\n\r\nfirst\r\n--xyz\r\nContent-Type: text/plain\r\n\r\nsecond\r\n--xyz--"
    )

    parsed = parse(mail(part("multipart/mixed", body)))

    assert parsed.text.split() == ["first", "second"]


def test_last_boundary_when_missing_then_the_last_part_is_read_with_a_warning():
    body = "--bb\r\n\r\nfirst\r\n--bb\r\n\r\nsecond"

    parsed = parse(mail(part('multipart/mixed; boundary="bb"', body)))

    assert parsed.text.split() == ["first", "second"]
    assert any("last boundary is missing" in warning for warning in parsed.warnings)


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"\n\n\n", b"\x00", b"From: a@b.c", b"From: a@b.c\r\nSubject: x\r\n", b"no headers at all"]
)
def test_mail_when_almost_nothing_is_there_then_it_is_read(raw):
    parsed = parse(raw)

    assert parsed.from_count == (1 if b"From" in raw else 0)
    assert parsed.text.strip() == ("no headers at all" if b"no headers" in raw else "")


def test_bare_carriage_return_when_in_a_header_then_it_makes_no_header():
    parsed = parse(b"From: a@b.c\r\nSubject: hello\rCc: evil@x.y\rX-Helpdesk-Loop: 1\r\n\r\nbody")

    assert parsed.subject == "hello Cc: evil@x.y X-Helpdesk-Loop: 1"
    assert (parsed.cc, parsed.loop_headers) == ((), ())
    assert parsed.text == "body"


def test_bare_carriage_return_when_in_the_header_of_a_part_then_it_makes_no_header():
    content = multipart("mixed", b"X-A: 1\rContent-Type: text/html\r\n\r\n<b>words</b>")

    parsed = parse(mail(content))

    assert parsed.html == ""
    assert "<b>words</b>" in parsed.text


def test_several_writers_when_parsed_then_all_are_counted():
    parsed = parse(b"From: a@b.c, d@e.f\r\nFrom: g@h.i\r\n\r\nbody")

    assert (parsed.from_.address, parsed.from_count) == ("a@b.c", 3)


def test_damaged_winmail_dat_when_parsed_then_it_is_kept_as_it_came():
    packed = b"\x78\x9f\x3e\x22" + bytes(range(200))
    content = multipart(
        "mixed", part("application/ms-tnef; name=winmail.dat", in_base64(packed), "Content-Transfer-Encoding: base64")
    )

    parsed = parse(mail(content))

    assert [(file.filename, file.content) for file in parsed.attachments] == [("winmail.dat", packed)]


def test_mail_when_larger_than_the_cap_then_it_is_refused():
    with pytest.raises(Unparsable, match="more than the 100 "):
        parse(b"x" * 101, max_bytes=100)
