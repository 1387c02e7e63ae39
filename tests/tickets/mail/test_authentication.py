import pytest

from tickets.mail.authentication import verdict_of

TRUSTED = frozenset(["mx.desk.example"])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "mx.desk.example; spf=pass smtp.mailfrom=a@b.c; dmarc=fail policy.dmarc=reject",
            {"spf": "pass", "dmarc": "fail"},
        ),
        ("MX.Desk.Example 1; dkim=fail header.d=a.b; dkim=pass header.d=c.d", {"dkim": "pass"}),
        ("mx.desk.example; none", {}),
        ("evil.example; dmarc=pass", {}),
        ("mx.desk.example.evil.example; dmarc=pass", {}),
        ("", {}),
    ],
)
def test_verdict_when_header_is_of_a_server(header, expected):
    assert verdict_of([header], trusted=TRUSTED).results == expected


def test_verdict_when_several_are_ours_then_the_topmost_counts():
    headers = ["evil.example; dmarc=pass", "mx.desk.example; dmarc=fail", "mx.desk.example; dmarc=pass"]

    verdict = verdict_of(headers, trusted=TRUSTED)

    assert verdict.is_forged
    assert not verdict.is_proven
