"""DOCX (ECMA-376, WordprocessingML). Read as a stream: every `t` counts wherever it stands, in content controls,
tracked insertions and text boxes too, which libraries that offer paragraphs leave out; and no tree is built of what is
hostile.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from helpdesk.search.files.reading.archives import ensure_harmless
from helpdesk.search.files.reading.outcomes import LONGEST

_PARTS = re.compile(r"word/(?:document|footnotes|endnotes|comments|header|footer)\d{0,4}\.xml")
_ORDER = ("word/document", "word/footnotes", "word/endnotes", "word/comments")
_SAYS = {"tab": "\t", "br": "\n", "cr": "\n", "p": "\n"}


def is_word(archive: ZipFile) -> bool:
    return any(name.startswith("word/") for name in archive.namelist())


def text_of_word(archive: ZipFile) -> str:
    """The body, then notes and comments, then what stands above and below each page."""
    names = sorted((name for name in archive.namelist() if _PARTS.fullmatch(name)), key=_place)
    ensure_harmless(archive, names)
    pieces: list[str] = []
    length = 0
    for name in names:
        for piece in _pieces(archive.read(name)):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST:
                return "".join(pieces)
    return "".join(pieces)


def _place(name: str) -> tuple[int, str]:
    found = [number for number, beginning in enumerate(_ORDER) if name.startswith(beginning)]
    return (found[0] if found else len(_ORDER)), name


def _pieces(document: bytes) -> Iterator[str]:
    for _event, element in etree.iterparse(
        BytesIO(document), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    ):
        name = etree.QName(element).localname
        if name == "t":
            yield element.text or ""
        elif name in _SAYS:
            yield _SAYS[name]
        if name == "p":
            element.clear(keep_tail=True)
