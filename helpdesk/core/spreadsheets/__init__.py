"""Tables that come and go as CSV or XLSX files: read under limits, written without formulas."""

from helpdesk.core.spreadsheets.reading import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    Dialect,
    Row,
    dialect_of,
    is_workbook,
    rows_of,
)
from helpdesk.core.spreadsheets.writing import MEDIA_TYPES, CsvSheet, Sheet, XlsxSheet, csv_lines, harmless, sheet_of

__all__ = [
    "LONGEST_CELL",
    "MEDIA_TYPES",
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "CsvSheet",
    "Dialect",
    "Row",
    "Sheet",
    "XlsxSheet",
    "csv_lines",
    "dialect_of",
    "harmless",
    "is_workbook",
    "rows_of",
    "sheet_of",
]
