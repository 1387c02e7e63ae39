"""cPanel and WHM: what their answers mean."""

from datetime import UTC, datetime

import pytest

from helpdesk.core.errors import Refused
from tests.peers.cpanel import ENDS
from tests.vpn.hosting.connectors.conftest import UNTIL, WANTED
from vpn.hosting.connectors import Disk, Site, SiteCertificate

MIB = 1024**2
CERTIFICATE = SiteCertificate("shop.example", datetime.fromtimestamp(ENDS, UTC))


def test_whm_tells_of_all_accounts(panels):
    case = panels("whm")

    assert case.connector.check(case.door) == "WHM 11.138.0.10"
    assert case.connector.sites(case.door) == [
        Site("shop.example", "shop"),
        Site("old.example", "old", is_active=False),
    ]
    assert case.connector.disk(case.door) == [Disk("shop", 123 * MIB), Disk("old", 2048 * MIB)]
    assert case.connector.certificates(case.door) == [CERTIFICATE]


def test_account_tells_of_itself(panels):
    case = panels("cpanel")

    names = [site.name for site in case.connector.sites(case.door)]
    assert names == ["shop.example", "second.example", "www2.shop.example"]
    assert case.connector.disk(case.door) == [Disk("shop", int(12.5 * MIB), 100 * MIB)]
    assert case.connector.certificates(case.door) == [CERTIFICATE]


@pytest.mark.parametrize("kind", ["cpanel", "whm"])
def test_team_user_ends_by_itself_as_well(panels, kind):
    case = panels(kind)

    given = case.connector.make_access(case.door, WANTED)

    made = case.panel.team[WANTED.name]
    assert made["expire_date"] == str(int(UNTIL.timestamp()))
    assert (given.login, given.secret) == (f"{WANTED.name}@shop.example", made["password"])


def test_whm_without_an_account_gives_a_link(panels):
    case = panels("whm")
    case.door.options.clear()

    given = case.connector.make_access(case.door, WANTED)
    case.connector.remove_access(case.door, WANTED.name)

    assert (given.url, given.secret) == (case.panel.link, "")
    assert "15 minutes" in given.note


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/login",
        "http://localhost:2087/x",
        "javascript:alert(1)",
        "//evil.example",
        "https://[x",
        "",
    ],
)
def test_link_to_anywhere_else_is_not_passed_on(panels, link):
    case = panels("whm")
    case.door.options.clear()
    case.panel.link = link

    with pytest.raises(Refused):
        case.connector.make_access(case.door, WANTED)
