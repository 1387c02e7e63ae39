"""What honest files say, whatever made them."""

from datetime import date

import pytest

from helpdesk.search.files.reading.outcomes import LONGEST, Outcome
from helpdesk.search.files.reading.words import read
from tests import files

SAID = "Корзина пуста, счёт 17"
CONTROL = "<w:sdt><w:sdtContent><w:p><w:r><w:t>controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>"
DELETED = "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
TRACKED = f"<w:p><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>{DELETED}</w:p>"
ROW = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
FIELD = "<w:p><w:r><w:instrText>PAGEREF</w:instrText></w:r><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r></w:p>"
SEALED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def read_whole(content):
    return read(content, seconds=10)


def in_body(*elements):
    return f'<w:document xmlns:w="{files.WORD}"><w:body>{"".join(elements)}</w:body></w:document>'


@pytest.mark.parametrize(
    "content",
    [
        SAID.encode(),
        SAID.encode("cp1251"),
        SAID.encode("utf-16"),
        b"\xef\xbb\xbf" + SAID.encode(),
        files.word(SAID),
        files.pdf(SAID),
        files.locked_pdf(SAID, password=""),
        b"some bytes before\n" + files.pdf(SAID),
        f"<html><body><p>{SAID}".encode(),
        f'<html><head><meta charset="windows-1251"></head><body><p>{SAID}'.encode("cp1251"),
    ],
    ids=["utf8", "cp1251", "utf16", "marked", "word", "pdf", "forbidding_pdf", "late_pdf", "html", "html1251"],
)
def test_file_says_its_words(content):
    assert read_whole(content).text == SAID


def test_word_document_says_everything_that_stands_in_it_once():
    content = files.word(
        document=in_body(CONTROL, TRACKED, ROW, FIELD),
        header1=files.paragraphs("above"),
        footnotes=files.paragraphs("noted"),
        styles=files.paragraphs("a style"),
    )

    said = read_whole(content).text

    assert [line for line in said.split("\n") if line] == ["controlled", "inserted", "cell", "a\tb", "noted", "above"]


def test_workbook_says_its_sheets_and_values():
    content = files.workbook(Prices=[["Корзина", 17, 2.5], [None, date(2026, 11, 22), True]], Empty=[])

    assert read_whole(content).text == "Prices\nКорзина\t17\t2.5\n2026-11-22T00:00:00\tTrue\nEmpty"


def test_pdf_says_all_its_pages():
    assert read_whole(files.pdf("first\fsecond")).text == "first\nsecond"


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"", Outcome.EMPTY),
        (b" \n\t ", Outcome.EMPTY),
        (files.word(), Outcome.EMPTY),
        (files.pdf(""), Outcome.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, Outcome.OTHER),
        (files.archive({"a.txt": "words"}), Outcome.OTHER),
        (SEALED, Outcome.OTHER),
        (SEALED + "EncryptedPackage".encode("utf-16-le"), Outcome.ENCRYPTED),
        (files.locked_pdf(SAID, password="secret"), Outcome.ENCRYPTED),
    ],
    ids=["nothing", "blank", "word", "pdf", "picture", "archive", "old_office", "sealed_office", "locked_pdf"],
)
def test_file_without_words_says_why(content, outcome):
    reading = read_whole(content)

    assert (reading.outcome, reading.text) == (outcome, "")


def test_long_text_is_cut():
    assert len(read_whole(b"word " * 100_000).text) == LONGEST - 1  # the blank at the end goes
    assert len(read_whole(files.word(*["word " * 100] * 1000)).text) <= LONGEST


def test_pdf_whose_time_is_over_says_what_it_said_until_then():
    assert read(files.pdf("first\fsecond"), seconds=0).text == "first"
