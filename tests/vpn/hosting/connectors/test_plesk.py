"""Plesk: what its answers mean, and what its XML may not do."""

from dataclasses import replace

import pytest

from helpdesk.core.errors import Refused
from tests.peers.plesk import LOGIN, PASSWORD, XML
from tests.vpn.hosting.connectors.conftest import WANTED
from vpn.hosting.connectors import Disk, Site

BOMB = """<?xml version="1.0"?><!DOCTYPE packet [<!ENTITY a "aaaaaaaaaa">{entities}]>
<packet><webspace><get><result><status>ok</status><data><gen_info><name>&z;</name></gen_info>
<disk_usage><httpdocs>1</httpdocs></disk_usage></data></result></get></webspace></packet>"""
LAUGHS = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghz", strict=True)
)
OUTSIDE = '<!ENTITY z SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("by_key", [True, False], ids=["key", "password"])
def test_facts_are_read_by_either_credential(panels, by_key):
    case = panels("plesk")
    door = case.door if by_key else replace(case.door, login=LOGIN, secret=PASSWORD)

    assert case.connector.check(door) == "Plesk 18.0.65"
    assert case.connector.sites(door) == [Site("shop.example")]
    assert case.connector.disk(door) == [Disk("shop.example", 1048576 + 4096)]


def test_account_is_made_with_arguments_that_no_shell_reads(panels):
    case = panels("plesk")
    wanted = replace(WANTED, person="Anna $(reboot) `id` ; -rf")

    given = case.connector.make_access(case.door, wanted)

    made = case.panel.admins[WANTED.name]
    assert made == {"password": given.secret, "email": WANTED.email, "contact": f"{wanted.person} (Helpdesk)"}


@pytest.mark.parametrize("entities", [LAUGHS, OUTSIDE], ids=["billion laughs", "file"])
def test_xml_with_entities_is_refused(panels, entities):
    case = panels("plesk")
    case.panel.xml = BOMB.format(entities=entities)

    with pytest.raises(Refused, match="its description does not have"):
        case.connector.disk(case.door)


@pytest.mark.parametrize("xml", ["<packet>", "not xml", "<a>" * 100_000])
def test_xml_that_is_broken_is_refused(panels, xml):
    case = panels("plesk")
    case.panel.xml = xml

    with pytest.raises(Refused, match="its description does not have"):
        case.connector.disk(case.door)


def test_xml_without_what_was_asked_gives_nothing(panels):
    case = panels("plesk")
    case.panel.xml = XML.format(results="<result/>" * 3)

    assert case.connector.disk(case.door) == []


def test_refusal_of_xml_api_is_told(panels):
    case = panels("plesk")
    case.panel.xml = XML.format(results="<result><status>error</status><errtext>No webspace</errtext></result>")

    with pytest.raises(Refused, match=r"The panel declines: No webspace\."):
        case.connector.disk(case.door)
