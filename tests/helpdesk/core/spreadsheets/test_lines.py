"""CSV that spreadsheets open rightly and that does nothing there."""

import csv
from io import StringIO

import pytest

from helpdesk.core.spreadsheets import csv_lines, harmless


def test_rows_are_lines_of_rfc_4180_after_the_mark_of_utf_8():
    written = b"".join(csv_lines([["who", "what"], ["Клара, “1”", 'said "hi"\nand left'], [None, 7]]))

    assert written == (b"\xef\xbb\xbfwho,what\r\n" + '"Клара, “1”","said ""hi""\nand left"\r\n'.encode() + b",7\r\n")
    assert list(csv.reader(StringIO(written.decode("utf-8-sig"), newline="")))[1] == [
        "Клара, “1”",
        'said "hi"\nand left',
    ]


@pytest.mark.parametrize("text", ["=1+1", "+7 495", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =HYPERLINK(1)", "＝1", "-"])
def test_cell_that_would_be_a_formula_begins_with_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(("cell", "text"), [("a=b", "a=b"), (None, ""), (12, "12"), ("a\0b", "ab"), ("'x", "'x")])
def test_other_cells_stay_as_they_are(cell, text):
    assert harmless(cell) == text


def test_letter_that_no_encoding_knows_spoils_no_file():
    assert b"?" in b"".join(csv_lines([["\ud800"]]))
