"""What a file is, from its bytes. The sender's word only chooses between types that the bytes allow."""

import re

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"FLV\x01", "video/x-flv"),
    (b"CWS", "application/x-shockwave-flash"),
    (b"FWS", "application/x-shockwave-flash"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"-----BEGIN PGP SIGNATURE", "application/pgp-signature"),
    (b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (b"-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
)
INLINE_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show inside a page of ours."""

SHORT_MAGIC = frozenset({b"BM", b"MZ", b"BZh", b"ID3", b"CWS", b"FWS", b"\xff\xfb", b"\x1f\x8b"})
ZIP_FAMILY: tuple[tuple[bytes, str], ...] = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"META-INF/MANIFEST.MF", "application/java-archive"),
)
OLE_BY_EXTENSION = {
    ".doc": "application/msword",
    ".dot": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}
EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/json": ".json",
    "application/rtf": ".rtf",
    "application/gzip": ".gz",
    "application/vnd.rar": ".rar",
    "application/x-7z-compressed": ".7z",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/postscript": ".ps",
    "message/rfc822": ".eml",
    "image/jpeg": ".jpg",
    "image/svg+xml": ".svg",
    "image/vnd.microsoft.icon": ".ico",
    "audio/mpeg": ".mp3",
    "video/mp4": ".mp4",
}
HTML_SIGNS = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|form|meta|link|style|title|table|div|img|svg|a\s|base|h1)\b",
    re.IGNORECASE,
)
TEXTUAL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
SNIFFED = 2048
DER_TYPES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
    }
)
SAFE_TEXT_TYPES = frozenset(
    {"text/csv", "text/calendar", "text/vcard", "text/x-vcard", "text/markdown", "text/x-patch", "text/x-diff"}
)


def detect_type(content: bytes, declared: str, filename: str) -> str:
    """The media type that the bytes show. What a browser could take for a page is `text/html`."""
    found = _by_magic(content)
    if found == "application/zip":
        return _zip_kind(content)
    if found == "application/x-ole-storage":
        return OLE_BY_EXTENSION.get(filename[filename.rfind(".") :].lower() if "." in filename else "", found)
    if found:
        return found
    if not content or TEXTUAL.search(content, 0, SNIFFED):
        return _unknown(content, declared)
    return _text_kind(content, declared, filename)


def _by_magic(content: bytes) -> str:
    for magic, kind in MAGIC:
        if content.startswith(magic) and (magic not in SHORT_MAGIC or TEXTUAL.search(content, 0, SNIFFED)):
            return kind
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return {
            b"avif": "image/avif",
            b"heic": "image/heic",
            b"heix": "image/heic",
            b"mif1": "image/heif",
            b"M4A ": "audio/mp4",
            b"qt  ": "video/quicktime",
        }.get(brand, "video/mp4")
    return ""


def _zip_kind(content: bytes) -> str:
    if content[30:38] == b"mimetype":
        stated = re.match(rb"application/[a-z0-9.+-]{3,80}", content[38:140])
        if stated:
            return stated[0].split(b"PK")[0].decode("ascii")
    directory = content[-65_536:]
    for sign, kind in ZIP_FAMILY:
        if sign in directory:
            return kind
    return "application/zip"


def _text_kind(content: bytes, declared: str, filename: str) -> str:
    head = content[:SNIFFED].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head[:5].lower() == b"<?xml" or head[:4].lower() in (b"<svg", b"<rss"):
        if re.search(rb"<svg\b", head, re.IGNORECASE):
            return "image/svg+xml"
        return "text/html" if HTML_SIGNS.search(head) else "application/xml"
    if declared != "message/rfc822" and HTML_SIGNS.search(head):
        return "text/html"
    if (
        declared in SAFE_TEXT_TYPES
        or declared == "message/rfc822"
        or declared in ("application/json", "application/pgp-signature")
    ):
        return declared
    if filename.lower().endswith(".csv"):
        return "text/csv"
    return "text/plain"


def _unknown(content: bytes, declared: str) -> str:
    if not content:
        return "application/x-empty"
    if content[:1] == b"\x30" and declared in DER_TYPES:
        return declared
    return "application/octet-stream"


def extension_for(content_type: str) -> str:
    """A usual extension with its dot, `.bin` when there is none."""
    known = EXTENSIONS.get(content_type)
    if known:
        return known
    family, _, kind = content_type.partition("/")
    if family in ("image", "audio", "video", "font") and kind.isalnum() and len(kind) <= 5:
        return "." + kind
    return ".txt" if family == "text" else ".bin"
