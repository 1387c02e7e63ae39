from lxml import etree

from vpn.pki.qr import LONGEST, qr_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_code_is_a_picture_without_styles_or_scripts() -> None:
    picture = qr_svg("https://helpdesk.example.com/vpn/links/abc")

    assert picture is not None
    root = etree.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert [child.tag for child in root] == [f"{SVG}path", f"{SVG}path"]
    assert root.get("viewBox") == "0 0 37 37"


def test_code_holds_the_squares_that_every_reader_looks_for() -> None:
    """The top of the finder pattern: seven dark squares in a row after the rim of four (ISO/IEC 18004, 6.3.3)."""
    picture = qr_svg("x")

    assert picture is not None
    assert "M4 4h7v1H4z" in picture


def test_longest_text_fits_and_one_byte_more_does_not() -> None:
    assert qr_svg("x" * LONGEST) is not None
    assert qr_svg("x" * (LONGEST + 1)) is None
    assert qr_svg("я" * (LONGEST // 2 + 1)) is None
