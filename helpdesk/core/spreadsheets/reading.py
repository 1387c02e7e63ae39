"""Reading tables from files that people bring. Whatever is wrong with one is said in one sentence (`Refused`)."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.core.spreadsheets.workbooks import cells_of_workbook

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 50
LONGEST_CELL = 5_000
DELIMITERS = ",;\t"
_SAMPLE_LINES = 5
_FORMULA_SIGNS = "=+-@"


class Row(NamedTuple):
    """A row that says something; `number` is its line as a spreadsheet counts them, beginning with 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV is written; both empty for a workbook."""

    encoding: str = ""
    delimiter: str = ""


def is_workbook(content: bytes) -> bool:
    """An XLSX is a ZIP archive, whatever the file is called."""
    return content.startswith(b"PK\x03\x04")


def dialect_of(content: bytes) -> Dialect:
    """How this CSV is written: UTF-8 and UTF-16 by their mark, UTF-8 by its form, else Windows-1251; the delimiter that
    its first lines have most of. Raises Refused for what is no text."""
    encoding = _encoding(content)
    text = _decoded(content, encoding)
    head = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    delimiter = max(DELIMITERS, key=lambda sign: (_outside_quotes(head, sign), -DELIMITERS.index(sign)))
    return Dialect(encoding, delimiter)


def rows_of(content: bytes, dialect: Dialect) -> Iterator[Row]:
    """The rows that are not empty. Raises Refused for a file beyond the limits or that can't be read, at the latest
    when the row is reached that is wrong."""
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is larger than %(limit)s MB. Divide it.") % {"limit": MOST_BYTES // 1024**2})
    lines = _csv(content, dialect) if dialect.delimiter else _workbook(content)
    count = 0
    for number, cells in lines:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise Refused(_("The file has more than %(limit)s rows. Divide it.") % {"limit": MOST_ROWS})
        if len(cells) > MOST_COLUMNS:
            raise Refused(
                _("The file has more than %(limit)s columns. Leave only those you need.") % {"limit": MOST_COLUMNS}
            )
        yield Row(number, cells)


def _csv(content: bytes, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(_decoded(content, dialect.encoding), newline="")
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            yield number, [_tidy(cell) for cell in cells]
    except csv.Error as error:
        raise Refused(_("The file can't be read as a table. Save it as CSV or XLSX once more.")) from error


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    for number, values in cells_of_workbook(content, most_columns=MOST_COLUMNS + 1):
        yield number, [_tidy(_text(value)) for value in values]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _tidy(cell: str) -> str:
    """Without the apostrophe by which we, and spreadsheets, keep a text from being taken for a formula."""
    cell = cell[: LONGEST_CELL + 1].replace("\0", "").strip()
    is_quoted = len(cell) > 1 and cell[0] == "'" and cell[1] in _FORMULA_SIGNS
    return cell[1:] if is_quoted else cell


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(_("The file is no text that can be read. Save it as CSV (UTF-8) or as XLSX.")) from error
    if "\0" in text:
        raise Refused(_("The file is no table. Save it as CSV or XLSX."))
    return text


def _outside_quotes(text: str, sign: str) -> int:
    return sum(part.count(sign) for part in text.split('"')[::2])
