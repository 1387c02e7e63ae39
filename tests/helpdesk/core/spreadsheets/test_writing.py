"""Tables that nothing is computed in."""

import csv
import io

import pytest
from openpyxl import load_workbook

from helpdesk.core.spreadsheets import Dialect, dialect_of, rows_of, sheet_of

ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', " =1+1", "\t=1", "\r=1"]


def written(form, rows, **options):
    sheet, file = sheet_of(form, **options), io.BytesIO()
    for row in rows:
        sheet.write(row)
    sheet.finish(file)
    return file.getvalue()


@pytest.mark.parametrize("text", ATTACKS)
def test_csv_cell_that_would_be_a_formula_begins_with_an_apostrophe(text):
    [[cell]] = csv.reader(io.StringIO(written("csv", [[text]]).decode("utf-8-sig"), newline=""))

    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ATTACKS)
def test_workbook_has_no_formula_in_it(text):
    book = load_workbook(io.BytesIO(written("xlsx", [[text]])))

    assert book.active["A1"].data_type == "s"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_written_is_read_back(form):
    rows = [["Имя", "Phone"], ["Clara; Weiss", "+49 30 1"], ["=Anna", "two\nlines"]]
    content = written(form, rows)

    dialect = dialect_of(content) if form == "csv" else Dialect()

    assert [row.cells for row in rows_of(content, dialect)] == rows


def test_signs_that_no_workbook_may_hold_are_left_out():
    book = load_workbook(io.BytesIO(written("xlsx", [["a\x01b"]])))

    assert book.active["A1"].value == "ab"
