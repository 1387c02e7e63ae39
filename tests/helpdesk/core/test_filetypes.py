import pytest

from helpdesk.core.filetypes import detect_type, extension_for


@pytest.mark.parametrize(
    ("content", "declared", "filename", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n....", "application/octet-stream", "a.bin", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "", "a", "image/webp"),
        (b"%PDF-1.7", "text/html", "a.html", "application/pdf"),
        (b"plain words", "image/png", "a.png", "text/plain"),
        (b"a;b\n1;2", "text/csv", "a.csv", "text/csv"),
        (b"", "image/png", "a.png", "application/x-empty"),
        (b"\x00\x01\x02\x03\x04", "image/png", "a.png", "application/octet-stream"),
    ],
)
def test_type_when_bytes_are_known_then_bytes_decide(content, declared, filename, expected):
    assert detect_type(content, declared, filename) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <!DOCTYPE html>",
        b"words, then <script>alert(1)</script>",
        b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
    ],
)
def test_type_when_a_browser_would_see_a_page_then_html_whatever_is_declared(content):
    for declared in ("image/png", "text/plain", "application/pdf"):
        assert detect_type(content, declared, "photo.png") == "text/html"


def test_type_when_svg_then_never_an_inline_picture():
    assert detect_type(b"<svg onload=alert(1)>", "image/png", "a.png") == "image/svg+xml"


@pytest.mark.parametrize(
    ("kind", "extension"), [("image/png", ".png"), ("text/x-odd", ".txt"), ("application/x", ".bin")]
)
def test_extension_when_usual_or_not(kind, extension):
    assert extension_for(kind) == extension
