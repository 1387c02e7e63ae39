"""Writing tables that a spreadsheet opens as text: nothing in them is computed when the file is opened."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_XLSX_CELL = 32_767


class Sheet(Protocol):
    """A table that is written row by row."""

    def write(self, cells: Iterable[str]) -> None: ...

    def finish(self, to: IO[bytes]) -> None: ...


class CsvSheet:
    """UTF-8 with its mark, by which Excel knows it. A cell that could be a formula begins with an apostrophe
    (https://owasp.org/www-community/attacks/CSV_Injection)."""

    def __init__(self, delimiter: str = ",") -> None:
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer, delimiter=delimiter)

    def write(self, cells: Iterable[str]) -> None:
        self._writer.writerow([harmless(cell) for cell in cells])

    def finish(self, to: IO[bytes]) -> None:
        to.write(self._buffer.getvalue().encode("utf-8-sig"))


class XlsxSheet:
    """A workbook of one sheet, every cell of it typed as text."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet()

    def write(self, cells: Iterable[str]) -> None:
        self._sheet.append([self._cell(text) for text in cells])

    def finish(self, to: IO[bytes]) -> None:
        self._book.save(to)

    def _cell(self, text: str) -> Any:
        shown = "".join(sign for sign in text[:_LONGEST_XLSX_CELL] if sign >= " " or sign in "\n\t")
        cell = WriteOnlyCell(self._sheet, value=shown)
        cell.data_type = "s"
        return cell


def sheet_of(form: str, delimiter: str = ",") -> Sheet:
    """An empty table for the format "csv" or "xlsx"."""
    return XlsxSheet() if form == "xlsx" else CsvSheet(delimiter)


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A long table as the bytes of a CSV, row by row; the first row is the heads of the columns."""
    yield codecs.BOM_UTF8
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line).writerow([harmless(cell) for cell in row])
        yield line.getvalue().encode("utf-8", "replace")


def harmless(cell: object) -> str:
    """The cell as text, with an apostrophe before it where a spreadsheet would compute it; "" for None."""
    text = "" if cell is None else str(cell).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_FORMULA) else text
