"""Files that people attach, made by code: as office programs make them, and as somebody with bad intentions does."""

import io
import zipfile
import zlib
from functools import cache

import typst
from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter

from helpdesk.core.filetypes import detect_type
from tickets.actions.files import NewFile

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def new_file(name, content):
    return NewFile(name, content, detect_type(content, "", name))


def archive(members, *, level=6):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return kept.getvalue()


def resized(content, *, said):
    """The same archive, whose first member says that it unpacks into so many bytes."""
    changed = bytearray(content)
    for sign, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.index(sign) + offset
        changed[place : place + 4] = said.to_bytes(4, "little")
    return bytes(changed)


def paragraphs(*texts):
    said = "".join(f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in texts)
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{WORD}"><w:body>{said}</w:body></w:document>'


def word(*texts, **parts):
    """A DOCX of these paragraphs; `parts` are further members of its folder `word`, or others in the body's place."""
    members = {"document": paragraphs(*texts), **parts}
    return archive({"[Content_Types].xml": "<Types/>", **{f"word/{name}.xml": said for name, said in members.items()}})


def workbook(**sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def changed(content, **members):
    """The same archive with these members in the place of those of the name, which ends so."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    for ending, said in members.items():
        (name,) = [each for each in kept if each.endswith(f"/{ending}.xml")]
        kept[name] = said
    return archive(kept)


@cache
def pdf(text):
    """The text set by typst, page by page where it has form feeds."""
    return typst.compile(text.replace("\f", "\n#pagebreak()\n").encode())


def locked_pdf(text, *, password, owner="owner"):
    made = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(text))))
    made.encrypt(password, owner, algorithm="AES-256")
    kept = io.BytesIO()
    made.write(kept)
    return kept.getvalue()


def raw_pdf(*objects, streams=()):
    """A PDF of these objects, the first of them the catalogue; `streams` are (dictionary, bytes) numbered behind them.
    It has no table of contents, as hostile ones have none: readers look for the objects."""
    body = [b"%PDF-1.7\n"]
    body += [b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1)]
    for number, (facts, content) in enumerate(streams, len(objects) + 1):
        packed = zlib.compress(content, 1)
        said = b"<< /Length %d /Filter /FlateDecode %s >>" % (len(packed), facts)
        body.append(b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, said, packed))
    return b"".join([*body, b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"])


def page_pdf(content, *, resources=b"", streams=()):
    """A PDF of one page with this content."""
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << %s >> >>" % resources
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, streams=[(b"", content), *streams])
