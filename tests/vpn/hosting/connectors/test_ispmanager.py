"""ISPmanager: what its answers mean."""

from datetime import UTC, datetime

from tests.vpn.hosting.connectors.conftest import WANTED
from vpn.hosting.connectors import Disk, Site, SiteCertificate

MIB = 1024**2


def test_facts_are_read_whether_one_row_or_several(panels):
    case = panels("ispmanager")
    one = case.connector.sites(case.door)
    case.panel.sites.append({"name": "old.example", "owner": "www-old", "active": "off"})

    assert one == [Site("shop.example", "www-shop")]
    assert case.connector.sites(case.door) == [*one, Site("old.example", "www-old", is_active=False)]
    assert case.connector.disk(case.door) == [Disk("www-shop", 120 * MIB, 500 * MIB)]
    assert case.connector.certificates(case.door) == [
        SiteCertificate("shop.example", datetime(2026, 11, 30, tzinfo=UTC))
    ]


def test_nothing_when_there_is_nothing(panels):
    case = panels("ispmanager")
    case.panel.sites, case.panel.users, case.panel.certificates = [], [], [{"name": "x", "valid_after": "never"}]

    assert (case.connector.sites(case.door), case.connector.disk(case.door)) == ([], [])
    assert case.connector.certificates(case.door) == []


def test_administrator_signs_in_with_what_was_given(panels):
    case = panels("ispmanager")

    given = case.connector.make_access(case.door, WANTED)

    assert case.panel.admins[WANTED.name]["passwd"] == given.secret
    assert given.url == f"{case.panel.address}/ispmgr"


def test_address_may_be_that_of_the_browser(panels):
    assert panels("ispmanager").connector.sound("https://panel.example:1500/ispmgr") == "https://panel.example:1500"
