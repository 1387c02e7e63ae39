"""Attacks by files that are read for the search: what they waste has limits, and they take nothing else with them."""

import os
import socket
import time
from functools import partial

import pytest
from django.conf import settings

from helpdesk.search.files import reader
from helpdesk.search.files.reader import read_together
from helpdesk.search.files.reading.child import Limits, confine
from helpdesk.search.files.reading.outcomes import LONGEST, Outcome
from tests import files

LAUGHS = zip("abcdefgh", "bcdefghi", strict=True)
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha">{}]>'.format(
    "".join(f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in LAUGHS)
)
A_FILE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
BOX = b"<< /Type /Pages /Kids [%s] /Count %d >>"
PAGE = b"<< /Type /Page /Parent 2 0 R >>"
FONT = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
DRAWING = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X 5 0 R >> >>"


def with_entity(types):
    return files.word(document=f'{types}<w:document xmlns:w="{files.WORD}"><w:p><w:t>&i;</w:t></w:p></w:document>')


def bomb():
    """Gigabytes in some hundred kilobytes, and archives within."""
    inner = files.archive({"inner.xml": b"\0" * 10_000_000})
    packed = files.archive({"word/document.xml": b" " * 60_000_000, "word/header1.xml": inner}, level=1)
    return files.resized(packed, said=4_000_000_000)


def lying_bomb():
    """A member that says it is small and is not."""
    return files.resized(files.archive({"word/document.xml": b" " * 60_000_000}, level=1), said=100)


def sheet(rows):
    cell = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
    said = "".join(f'<row r="{row}">{"".join(map(cell.format, cells))}</row>' for row, cells in rows)
    size = '<dimension ref="A1:XFD1048576"/>'
    return f'<worksheet xmlns="{files.SHEET}">{size}<sheetData>{said}</sheetData></worksheet>'


def million_rows():
    return files.changed(files.workbook(Sheet=[[]]), sheet1=sheet([(1, ["A1"]), (1048576, ["A1048576"])]))


def million_columns():
    rows = [(row, [f"A{row}", f"XFD{row}"]) for row in range(1, 5_000)]
    return files.changed(files.workbook(Sheet=[[]]), sheet1=sheet(rows))


def many_sheets():
    sheets = {f"xl/worksheets/sheet{number}.xml": sheet([]) for number in range(6_000)}
    return files.archive({"xl/workbook.xml": "<workbook/>", **sheets}, level=1)


def deep_tree():
    return files.raw_pdf(CATALOGUE, *(BOX % (b"%d 0 R" % (number + 3), 1) for number in range(5_000)), PAGE)


HOSTILE = {
    "archive of gigabytes": (bomb, Outcome.LARGE),
    "archive that lies": (lying_bomb, Outcome.DAMAGED),
    "billion laughs": (partial(with_entity, ENTITIES), Outcome.DAMAGED),
    "entity that is a file": (partial(with_entity, A_FILE), Outcome.DAMAGED),
    "elements without end": (lambda: files.word(document=f"<x>{'<p>' * 100_000}"), Outcome.DAMAGED),
    "half an archive": (lambda: files.word("basket")[:200], Outcome.DAMAGED),
    "million empty rows": (million_rows, Outcome.READ),
    "million columns": (million_columns, Outcome.READ),
    "thousands of sheets": (many_sheets, Outcome.LARGE),
    "billion laughs in a sheet": (
        lambda: files.changed(files.workbook(Sheet=[[]]), sheet1=f"{ENTITIES}<x>&i;</x>"),
        Outcome.DAMAGED,
    ),
    "workbook of nothing": (lambda: files.archive({"xl/workbook.xml": ""}), Outcome.DAMAGED),
    "pages that hold themselves": (lambda: files.raw_pdf(CATALOGUE, BOX % (b"2 0 R", 1)), Outcome.DAMAGED),
    "one page twenty thousand times": (
        lambda: files.raw_pdf(CATALOGUE, BOX % (b"3 0 R " * 20_000, 20_000), PAGE),
        Outcome.EMPTY,
    ),
    "made-up number of pages": (lambda: files.raw_pdf(CATALOGUE, BOX % (b"3 0 R", 10**12), PAGE), Outcome.EMPTY),
    "deep tree of pages": (deep_tree, Outcome.DAMAGED),
    "arrays without end": (lambda: files.raw_pdf(CATALOGUE, b"[" * 200_000), Outcome.DAMAGED),
    "drawing that draws itself": (
        lambda: files.page_pdf(b"/X Do ", resources=b"/XObject << /X 5 0 R >>", streams=[(DRAWING, b"/X Do " * 9)]),
        Outcome.EMPTY,
    ),
    "page of thirty megabytes": (lambda: files.page_pdf(b" " * 30_000_000), Outcome.EMPTY),
    "page that takes minutes": (
        lambda: files.page_pdf(b"BT /F 12 Tf (basket) Tj ET " * 300_000, resources=FONT),
        Outcome.SLOW,
    ),
    "part before that is itself": (
        lambda: b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF",
        Outcome.DAMAGED,
    ),
    "paper with a password": (lambda: files.locked_pdf("basket", password="secret"), Outcome.ENCRYPTED),
    "megabytes of text": (lambda: b"basket " * 1_000_000, Outcome.READ),
    "nothing but NULs": (lambda: b"\0" * 1_000_000, Outcome.OTHER),
    "NULs behind words": (lambda: b"basket " * 400 + b"\0" * 1_000_000, Outcome.READ),
    "tags without end": (lambda: b"<html>" + b"<div><b>" * 200_000 + b"basket", Outcome.READ),
    "tags that never close": (lambda: b"<html>" + b"<" * 1_000_000, Outcome.READ),
    "picture that says it is a page": (lambda: b"\x89PNG\r\n\x1a\n<html>basket", Outcome.OTHER),
}


@pytest.fixture(scope="module")
def became():
    """What became of every hostile file, what of an honest one behind each, and in how many seconds."""
    honest = files.word("An honest basket")
    contents = [content for made, _expected in HOSTILE.values() for content in (made(), honest)]
    begun = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BUDGET_SECONDS", 600)
        patch.setattr(settings, "FILE_TEXT_SECONDS", 1)
        readings = read_together(contents)
    took = time.monotonic() - begun
    return dict(zip(HOSTILE, readings[0::2], strict=True)), readings[1::2], took


@pytest.mark.parametrize("name", HOSTILE)
def test_e15_hostile_file_ends_in_a_state_and_says_no_more_than_it_may(became, name):
    reading = became[0][name]

    assert (reading.outcome, bool(reading.text)) == (HOSTILE[name][1], HOSTILE[name][1] == Outcome.READ)
    assert len(reading.text) <= LONGEST
    assert "\0" not in reading.text
    assert "root:" not in reading.text


def test_e15_honest_files_beside_hostile_ones_are_read_and_all_take_some_seconds(became):
    assert {reading.text for reading in became[1]} == {"An honest basket"}
    assert became[2] < 60


def test_e15_file_that_wants_more_memory_than_there_is_takes_none_with_it(monkeypatch):
    monkeypatch.setattr(settings, "FILE_TEXT_MEMORY_MB", 200)
    big = files.archive({"word/document.xml": f"<x>{' ' * 90_000_000}</x>"}, level=1)

    large, honest = read_together([big, files.word("An honest basket")])

    assert (large.outcome, honest.text) == (Outcome.LARGE, "An honest basket")


def attempt():
    """Whatever somebody would do who got the reader to run what they wrote: how many of it worked."""
    worked = 0
    for tried in (
        lambda: os.open("/etc/passwd", os.O_RDONLY),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        lambda: os.pipe(),
        lambda: os.open("/tmp", os.O_RDONLY),
        lambda: os.write(2, b""),
        lambda: os.read(0, 1),
    ):
        try:
            tried()
            worked += 1
        except OSError:
            pass
    return worked


def test_e15_reader_of_a_file_can_open_no_file_and_no_connection():
    ours, theirs = os.pipe()
    if not (fork := os.fork()):
        confine(theirs, Limits(memory=4 * 1024**3, cpu=10, wall=10))
        os._exit(100 + attempt())
    os.close(theirs)
    os.close(ours)

    assert os.WEXITSTATUS(os.waitpid(fork, 0)[1]) == 101  # an empty word to the error output
