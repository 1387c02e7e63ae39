"""Tables as CSV that spreadsheets open rightly, and that do nothing there.

RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180) in UTF-8 with a byte order mark, by which Excel knows the encoding. A
cell that a spreadsheet would take for a formula begins with an apostrophe instead
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

CONTENT_TYPE = "text/csv; charset=utf-8"
MARK = b"\xef\xbb\xbf"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Each row as a line of bytes, the mark before the first. The first row is the heads of the columns."""
    yield MARK
    for row in rows:
        line = StringIO()
        csv.writer(line, lineterminator="\r\n").writerow([harmless(cell) for cell in row])
        yield line.getvalue().encode("utf-8", "replace")


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet reckons with."""
    if cell is None:
        return ""
    text = str(cell).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text
