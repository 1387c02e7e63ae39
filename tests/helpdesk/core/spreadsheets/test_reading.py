"""Tables from files: found out how they are written, and refused in one sentence where they are a trap."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from helpdesk.core.errors import Refused
from helpdesk.core.spreadsheets import MOST_COLUMNS, MOST_ROWS, Dialect, dialect_of, is_workbook, rows_of

TABLE = [["Имя", "E-mail"], ["Клара", "clara@shop.example"]]


def workbook(rows, change=None):
    """The bytes of an XLSX with these rows; `change(name, content)` gives other bytes for a member, None to keep it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    if change is None:
        return file.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return changed.getvalue()


def cells(content):
    dialect = Dialect() if is_workbook(content) else dialect_of(content)
    return [row.cells for row in rows_of(content, dialect)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_usual_form_is_read(encoding, delimiter):
    content = "\r\n".join(delimiter.join(row) for row in TABLE).encode(encoding)

    assert cells(content) == TABLE
    assert dialect_of(content).delimiter == delimiter


def test_csv_with_quotes_and_lines_inside_cells_is_read_and_rows_are_counted_as_a_spreadsheet_does():
    content = b'Name;E-mail\n\n"Weiss; Clara\nof Berlin";c@shop.example\nB;b@shop.example;\n'

    assert [tuple(row) for row in rows_of(content, dialect_of(content))] == [
        (1, ["Name", "E-mail"]),
        (3, ["Weiss; Clara\nof Berlin", "c@shop.example"]),
        (4, ["B", "b@shop.example"]),
    ]


def test_workbook_is_read_with_numbers_and_days_as_people_write_them():
    content = workbook([["Name", "Phone", "Since"], ["Clara", 4930123456.0, date(2026, 11, 22)], [None], ["B", 1.5]])

    assert cells(content) == [["Name", "Phone", "Since"], ["Clara", "4930123456", "2026-11-22T00:00:00"], ["B", "1.5"]]


def test_apostrophe_that_we_put_before_a_formula_is_taken_away_again():
    assert cells(b"Name,Phone\n'=Anna,'+49 30\n'Anna,-\n") == [["Name", "Phone"], ["=Anna", "+49 30"], ["'Anna", "-"]]


def entity(name, content):
    if name != "xl/worksheets/sheet1.xml":
        return content
    return content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)


def hidden_entity(name, content):
    text = b'<?xml version="1.0" encoding="utf-16"?>' + content
    return text if name == "xl/worksheets/sheet1.xml" else content


def bomb(name, content):
    return content + b" " * 60_000_000 if name == "xl/worksheets/sheet1.xml" else content


def nonsense(name, content):
    return b"<worksheet" if name == "xl/worksheets/sheet1.xml" else content


HOSTILE = {
    "entities": lambda: workbook(TABLE, entity),
    "another encoding": lambda: workbook(TABLE, hidden_entity),
    "bomb": lambda: workbook(TABLE, bomb),
    "broken XML": lambda: workbook(TABLE, nonsense),
    "cut off": lambda: workbook(TABLE)[:-200],
    "archive of something else": lambda: zip_of({"readme.txt": b"hello"}),
    "too many members": lambda: zip_of({f"{number}.txt": b"" for number in range(600)}),
    "no text": lambda: b"\x00\x01\x02\xff,\x00",
    "too many columns": lambda: b",".join([b"x"] * (MOST_COLUMNS + 1)),
    "too many rows": lambda: b"x\n" * (MOST_ROWS + 2),
    "too large": lambda: b"x" * (5 * 1024 * 1024 + 1),
    "one endless cell": lambda: b'"' + b"x" * 200_000,
}


def zip_of(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_or_damaged_file_is_refused_in_a_sentence(kind):
    content = HOSTILE[kind]()

    with pytest.raises(Refused, match=r"\.$"):
        cells(content)
