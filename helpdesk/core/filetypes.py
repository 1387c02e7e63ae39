"""What a file is, by its own first bytes: a sender's word decides nothing that could run."""

SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"BM", 0, "image/bmp"),
    (b"II*\x00", 0, "image/tiff"),
    (b"MM\x00*", 0, "image/tiff"),
    (b"%PDF-", 0, "application/pdf"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"\x1f\x8b", 0, "application/gzip"),
    (b"Rar!\x1a\x07", 0, "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", 0, "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"),
    (b"{\\rtf", 0, "application/rtf"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"ftyp", 4, "video/mp4"),
    (b"BEGIN:VCALENDAR", 0, "text/calendar"),
    (b"BEGIN:VCARD", 0, "text/vcard"),
    (b"MZ", 0, "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", 0, "application/x-elf"),
)

# Office files are zip archives or OLE containers: there, and only there, the name may refine the finding.
BY_NAME = {
    "application/zip": {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
    },
    "application/x-ole-storage": {
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
    },
    "text/plain": {"csv": "text/csv", "eml": "message/rfc822", "json": "application/json", "log": "text/plain"},
}

INLINE_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<svg", b"<?xml", b"<math", b"<!--")


def content_type_of(content: bytes, *, filename: str = "") -> str:
    """The media type of `content` (RFC 6838 name). Markup is found before anything else it may pretend to be."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n\x0b\x0c").lower()
    if any(mark in head for mark in _MARKUP) and not content.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04")):
        return "image/svg+xml" if b"<svg" in head else "application/xml" if head.startswith(b"<?xml") and b"<html" not in head else "text/html"
    extension = filename.rpartition(".")[2].lower()
    for signature, offset, media_type in SIGNATURES:
        if content.startswith(signature, offset):
            return BY_NAME.get(media_type, {}).get(extension, media_type)
    if _is_text(content[:4096]):
        return BY_NAME["text/plain"].get(extension, "text/plain")
    return "application/octet-stream"


def _is_text(sample: bytes) -> bool:
    if b"\0" in sample:
        return False
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in sample)
    return control == 0
