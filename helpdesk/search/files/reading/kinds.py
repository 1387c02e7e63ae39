"""Which reader a file is for: its bytes say it, whatever it is called."""

from enum import StrEnum

from helpdesk.core.filetypes import detect_type

PDF_SIGN_WITHIN = 1024  # readers have always allowed other bytes before it
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
SEALED_OFFICE = "EncryptedPackage".encode(
    "utf-16-le"
)  # https://learn.microsoft.com/openspecs/office_file_formats/ms-offcrypto


class Kind(StrEnum):
    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    ARCHIVE = "archive"
    SEALED = "sealed"
    OTHER = "other"


def kind_of(content: bytes) -> Kind:
    """What the bytes are; an archive may be a document of an office program."""
    if b"%PDF-" in content[:PDF_SIGN_WITHIN]:
        return Kind.PDF
    if content.startswith(ARCHIVES):
        return Kind.ARCHIVE
    found = detect_type(content, "", "")
    if found == "application/x-ole-storage":
        return Kind.SEALED if SEALED_OFFICE in content else Kind.OTHER
    if found == "text/html":
        return Kind.HTML
    is_text = found.startswith("text/") or found in ("application/xml", "application/x-empty")
    return Kind.TEXT if is_text or content.startswith(WIDE_MARKS) else Kind.OTHER


LISTED_KINDS = frozenset(
    {
        "application/json",
        "application/octet-stream",  # text in two bytes a letter, a PDF behind other bytes
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/x-ole-storage",  # office documents with a password
        "application/xml",
        "application/zip",
    }
)


def may_hold_text(content_type: str) -> bool:
    """Whether a file of this type, as `detect_type` found it, is worth a look."""
    return content_type.startswith("text/") or content_type in LISTED_KINDS
