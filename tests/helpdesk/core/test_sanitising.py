import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk.core.sanitising import (
    clean_mail_html,
    clean_markdown_html,
    clean_name,
    clean_original_html,
    html_to_text,
    readable_address,
)


def test_mail_html_with_ordinary_layout_keeps_it() -> None:
    html = (
        '<h2 align="center">Offer</h2><p>Dear <b>Anna</b>,<br>see <i>below</i>:</p>'
        "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table><ul><li>one</li></ul><pre>code</pre>"
    )

    cleaned = clean_mail_html(html)

    assert cleaned.html == html
    assert cleaned.has_remote_pictures is False


def test_mail_html_with_styles_classes_ids_and_names_loses_them() -> None:
    cleaned = clean_mail_html(
        '<div style="color:red" class="x" id="y" name="z" onclick="a()" data-quote="quote">t</div>'
    )

    assert cleaned.html == "<div>t</div>"


def test_mail_html_with_a_folding_of_its_own_loses_it_but_keeps_the_text() -> None:
    cleaned = clean_mail_html('<details class="fold"><summary>More</summary>hidden</details>')

    assert cleaned.html == "Morehidden"


def test_mail_html_with_a_link_opens_it_elsewhere_and_tells_nothing() -> None:
    cleaned = clean_mail_html('<a href="https://shop.example/?a=1&b=2">shop</a>')

    assert cleaned.html == (
        '<a href="https://shop.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">shop</a>'
    )


@pytest.mark.parametrize("address", ["mailto:clara@client.example", "tel:+123", "http://a.example/", "cid:part@mail"])
def test_mail_html_with_a_listed_scheme_keeps_the_address(address: str) -> None:
    assert f'href="{address}"' in clean_mail_html(f'<a href="{address}">x</a>').html


def test_mail_html_with_a_picture_from_afar_holds_it_back() -> None:
    cleaned = clean_mail_html('<img src="https://a.example/p.png?x=1&amp;y=2" alt="Plan" width="300">')

    assert cleaned.html == '<img data-remote-src="https://a.example/p.png?x=1&amp;y=2" alt="Plan" width="300">'
    assert cleaned.has_remote_pictures is True


@pytest.mark.parametrize(
    "look",
    ['width="1" height="1"', 'width="0"', 'style="width:1px;height:1px"', 'style="display:none"', 'height="1px"'],
)
def test_mail_html_with_a_tracking_picture_drops_it(look: str) -> None:
    cleaned = clean_mail_html(f'<p>t<img src="https://a.example/open" {look}></p>')

    assert cleaned.html == "<p>t</p>"
    assert cleaned.has_remote_pictures is False


def test_mail_html_with_an_attached_picture_keeps_its_source() -> None:
    assert clean_mail_html('<img src="cid:logo@mail" alt="Logo">').html == '<img src="cid:logo@mail" alt="Logo">'


def test_mail_html_with_an_embedded_picture_keeps_bitmaps_up_to_a_size() -> None:
    small = f"data:image/png;base64,{'A' * 1000}"
    large = f"data:image/png;base64,{'A' * 300_000}"
    vector = f"data:image/svg+xml;base64,{'A' * 1000}"

    assert clean_mail_html(f'<img src="{small}">').html == f'<img src="{small}">'
    assert clean_mail_html(f'<img src="{large}" alt="Plan">').html == '<img alt="Plan">'
    assert clean_mail_html(f'<img src="{vector}">').html == ""
    assert clean_mail_html(f'<a href="{small}">x</a>').html.count("data:") == 0


def test_mail_html_with_marks_of_quoting_keeps_their_meaning() -> None:
    cleaned = clean_mail_html(
        '<div class="gmail_attr">a</div><div class="x gmail_quote">b</div>'
        '<blockquote type="cite" cite="mid:1">c</blockquote><div id="x_x_divRplyFwdMsg">d</div>'
        '<div id="ydp12ab-yahoo_quoted_123456">e</div>'
    )

    assert cleaned.html == (
        '<div data-quote="introduction">a</div><div data-quote="quote">b</div>'
        '<blockquote data-quote="quote">c</blockquote><div data-quote="rest">d</div><div data-quote="quote">e</div>'
    )


def test_mail_html_that_is_too_long_says_that_the_rest_is_in_the_original() -> None:
    cleaned = clean_mail_html("<p>" + "word " * 500_000 + "END</p>")

    assert "END" not in cleaned.html
    assert cleaned.html.endswith("The rest is in the original.</p>")
    assert cleaned.html.count("word") > 300_000


def test_mail_html_with_very_many_ampersands_keeps_every_one() -> None:
    cleaned = clean_mail_html("&" * 30_000 + "&amp;lt;" + "&nbsp;" + "&eacute;&nosuch;&#8364;")

    assert cleaned.html == "&amp;" * 30_001 + "lt;&nbsp;é&amp;nosuch;€"


def test_original_html_keeps_listed_styles_only() -> None:
    html = clean_original_html('<p style="color:red;position:fixed;margin:1px">a</p><p style="color:url(x)">b</p>')

    assert html == '<p style="color:red;margin:1px">a</p><p>b</p>'


def test_original_html_when_remote_pictures_are_wanted_keeps_their_source() -> None:
    picture = '<img src="https://a.example/p.png">'

    assert clean_original_html(picture) == '<img data-remote-src="https://a.example/p.png">'
    assert clean_original_html(picture, remote_pictures=True) == picture


def test_markdown_html_with_foreign_elements_keeps_only_what_markdown_makes() -> None:
    html = clean_markdown_html('<p class="x" style="top:0"><code>a</code><iframe src="//x"></iframe><b>b</b></p>')

    assert html == "<p><code>a</code><b>b</b></p>"


@example("&#xd")
@example('<p title="&#13;">&#13;&#10;</p>')
@given(st.text(alphabet="<>/='\" abipdvscript&;#x:!-\n\t\x00é", max_size=300))
def test_mail_html_of_anything_is_canonical_and_stays_as_it_is_when_cleaned_again(html: str) -> None:
    once = clean_mail_html(html).html

    assert clean_mail_html(once).html == once


def test_text_of_html_keeps_layout_and_marks_quoted_mail() -> None:
    html = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>Hello &amp; welcome</p>"
        "<table><tr><td>a</td><td>b</td></tr></table>"
        '<p>Clara wrote:</p><blockquote type="cite"><p>Does it work?</p>'
        '<blockquote class="gmail_quote">Try</blockquote>'
        "</blockquote><p>It does.</p><blockquote>indented</blockquote></body></html>"
    )

    lines = [line.rstrip() for line in html_to_text(html).splitlines() if line.strip(" >")]

    assert lines == ["Hello & welcome", "a  b", "Clara wrote:", "> Does it work?", ">> Try", "It does.", "indented"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        " ",
        "<",
        "<!-- only",
        "<?xml version='1.0' encoding='utf-8'?><p>x",
        "\x00",
        "\ud800",
        "<p" * 1000,
        "<table><td>",
    ],
)
def test_text_of_broken_html_never_raises(html: str) -> None:
    assert isinstance(html_to_text(html), str)


def test_text_of_deeply_nested_html_keeps_the_words() -> None:
    began = time.process_time()

    text = html_to_text("<div>" * 100_000 + "words &amp; more" + "</div>" * 100_000)

    assert text == "words & more"
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Clara \t\n Client ", "Clara Client"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066a\u2069\u200b\ufeff\u00ad", "a"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("e\u0301", "é"),
        ("a\u2028b", "a b"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("Иван\ud800", "Иван"),
    ],
)
def test_name_from_outside_becomes_one_plain_line(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@given(st.text())
def test_name_of_anything_holds_no_control_and_stays_as_it_is_when_cleaned_again(text: str) -> None:
    name = clean_name(text)

    assert clean_name(name) == name
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("clara@client.example", "clara@client.example"),
        ("clara@xn--e1afmkfd.xn--p1ai", "clara@пример.рф"),
        ("clara@пример.рф", "clara@пример.рф"),
        ("clara@bücher.example", "clara@bücher.example"),
        ("clara@日本語.jp", "clara@日本語.jp"),
        ("not an address", "not an address"),
        ("clara@xn--\u20ac.example", "clara@xn--\u20ac.example"),
    ],
)
def test_address_of_an_honest_domain_is_readable(address: str, shown: str) -> None:
    assert readable_address(address) == shown


@given(st.text(max_size=80))
def test_address_of_anything_never_raises(text: str) -> None:
    assert "\u202e" not in readable_address(f"{text}@{text}")
