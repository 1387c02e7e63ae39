"""Plain text with its web addresses as links."""

import pytest

from tickets.linking import linked


def a(address):
    return f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{address}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("See https://shop.example/basket.", f"See {a('https://shop.example/basket')}."),
        ("(https://shop.example/)", f"({a('https://shop.example/')})"),
        ("https://x.example/a_(b)", a("https://x.example/a_(b)")),
        ("(see https://x.example/a_(b))", f"(see {a('https://x.example/a_(b)')})"),
        ("[https://x.example/a]!?", f"[{a('https://x.example/a')}]!?"),
        ("HTTP://X.example and http://y.example", f"{a('HTTP://X.example')} and {a('http://y.example')}"),
        ("https://x.example/?a=1&b=2", a("https://x.example/?a=1&amp;b=2")),
        ("https://пример.рф/путь", a("https://пример.рф/путь")),
        ('<b>"x"</b>', "&lt;b&gt;&quot;x&quot;&lt;/b&gt;"),
        ("<https://x.example>", f"&lt;{a('https://x.example')}&gt;"),
        ('https://x.example/"onclick="alert(1)', f"{a('https://x.example/')}&quot;onclick=&quot;alert(1)"),
        ("javascript:alert(1) ftp://x data:text/html,x", "javascript:alert(1) ftp://x data:text/html,x"),
        ("xhttps://x.example", "xhttps://x.example"),
        ("https://", "https://"),
        ("", ""),
    ],
)
def test_addresses_become_links_and_everything_else_is_escaped(text, html):
    assert linked(text) == html


def test_address_of_any_length_is_a_link_as_far_as_addresses_go():
    html = linked("https://x.example/" + "a" * 5000)

    assert html.count("<a ") == 1
    assert html.endswith("</a>" + "a" * (5000 - 2000 + len("x.example/")))
