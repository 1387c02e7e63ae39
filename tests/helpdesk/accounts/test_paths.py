"""Where a sign-in may lead."""

import pytest

from helpdesk.accounts.paths import LONGEST, safe_path


@pytest.mark.parametrize(
    "path", ["/", "/desk/tickets/7/", "/desk/search/?q=a%20b&x=//y", "/cabinet/#top", "/" + "x" * (LONGEST - 1)]
)
def test_path_of_ours_is_kept(path):
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "desk/", "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil"),
        *("javascript:alert(1)", "/\t/evil.example", " /desk/", "\n//evil.example", "http:evil.example", "?next=/"),
        "/" + "x" * LONGEST,
    ],
)
def test_path_that_may_lead_elsewhere_is_nowhere(path):
    assert safe_path(path) == ""
