"""XLSX files from outside. They are archives of XML, so both old tricks are met before a parser sees them: archives
that unpack into far more than they are, and documents that define entities."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from lxml.etree import XMLSyntaxError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from helpdesk.core.errors import Refused

MOST_MEMBERS = 500
MOST_UNPACKED = 40 * 1024 * 1024
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_HARMLESS_ENCODINGS = (b"utf-8", b"us-ascii", b"ascii")

# What openpyxl, its parser and the archive raise for files that are damaged or made up.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    InvalidFileException,
    XMLSyntaxError,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
    OverflowError,
)


def cells_of_workbook(content: bytes, *, most_columns: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows of the first sheet with their numbers; formulas as the values they had. Raises Refused."""
    _ensure_harmless(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = next(iter(book.worksheets))
        sheet.reset_dimensions()
        yield from enumerate(sheet.iter_rows(max_col=most_columns, values_only=True), 1)
    except StopIteration:
        raise Refused(_("The workbook has no sheet.")) from None
    except _DAMAGED as error:
        raise Refused(_damaged()) from error


def _ensure_harmless(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise Refused(
                    _("The workbook unpacks into too much. Save the table you need as a workbook of its own.")
                )
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _ensure_plain(archive.read(member))  # stops at the size that was looked at above
    except _DAMAGED as error:
        raise Refused(_damaged()) from error


def _ensure_plain(document: bytes) -> None:
    """No document type, and an encoding in which none could hide."""
    declared = _DECLARED_ENCODING.search(document[:400])
    is_readable = declared is None or declared[1].lower() in _HARMLESS_ENCODINGS
    if not is_readable or b"\0" in document[:4] or b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise Refused(_("The workbook holds what no spreadsheet program writes. Save it once more with one."))


def _damaged() -> str:
    return _("The workbook is damaged. Save it as XLSX once more.")
