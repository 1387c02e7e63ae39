"""Addresses read strictly, and where they lead."""

import pytest

from helpdesk.core.outgoing import AddressForbidden, Unreachable, target_of
from helpdesk.core.outgoing.targets import addresses_of


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "named"),
    [
        ("https://shop.example", "shop.example", 443, "/", "shop.example"),
        ("https://Shop.Example:8443/a?b=c#d", "shop.example", 8443, "/a?b=c", "shop.example:8443"),
        ("http://[::1]:8000/x", "::1", 8000, "/x", "[::1]:8000"),
        ("https://пример.рф/x", "xn--e1afmkfd.xn--p1ai", 443, "/x", "xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_url_when_well_formed_is_read(url, host, port, path, named):
    target = target_of(url)

    assert (target.host, target.port, target.path, target.named) == (host, port, path, named)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "//shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "https:///x",
        "https://user:password@shop.example/",
        "https://user@shop.example/",
        "https://shop.example@127.0.0.1/",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example/\r\nX-Evil: 1",
        "https://shop.example/a b",
        "https://shop.example:99999/",
        "https://shop.example:x/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://shop.example%00.evil.example/",
        "https://" + "a" * 2000,
        "https://" + "ы" * 100 + ".example/",
        "https://shop.example/путь",
    ],
)
def test_url_when_ambiguous_or_of_another_kind_is_refused(url):
    with pytest.raises(AddressForbidden):
        target_of(url)


def test_name_when_nobody_knows_it_is_unreachable():
    with pytest.raises(Unreachable, match=r"nowhere\.invalid"):
        addresses_of(target_of("https://nowhere.invalid/"), seconds=10)


@pytest.mark.parametrize("url", ["https://1.1.1.1:25/", "https://1.1.1.1:6379/", "http://1.1.1.1/"])
def test_public_address_when_by_an_odd_port_or_without_tls_is_refused(url):
    with pytest.raises(AddressForbidden):
        addresses_of(target_of(url), seconds=10)


def test_public_address_by_a_port_of_the_setting_is_given(settings):
    settings.OUTGOING_ALLOWED_PORTS = [443, 9443]

    assert addresses_of(target_of("https://1.1.1.1:9443/"), seconds=10) == ["1.1.1.1"]
