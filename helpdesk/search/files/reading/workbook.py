"""XLSX. What a sheet says of its own size is not believed, and only so much of each is looked at."""

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook

from helpdesk.search.files.reading.archives import ensure_harmless
from helpdesk.search.files.reading.outcomes import LONGEST

MOST_SHEETS = 200
MOST_ROWS = 20_000  # of a sheet
MOST_COLUMNS = 200
LONGEST_CELL = 5_000


def is_workbook(archive: ZipFile) -> bool:
    return any(name.startswith("xl/") for name in archive.namelist())


def text_of_workbook(archive: ZipFile, content: bytes) -> str:
    """Each sheet's name, then its rows; formulas as the values they had."""
    ensure_harmless(archive, [name for name in archive.namelist() if name.lower().endswith((".xml", ".rels", ".vml"))])
    lines: list[str] = []
    length = 0
    for line in _lines(content):
        lines.append(line)
        length += len(line) + 1
        if length > LONGEST:
            break
    return "\n".join(lines)


def _lines(content: bytes) -> Iterator[str]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets[:MOST_SHEETS]:
        yield sheet.title
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
            if cells := [_text(value) for value in row if value is not None]:
                yield "\t".join(cells)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)[:LONGEST_CELL]
