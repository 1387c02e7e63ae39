"""Which addresses may be asked for whom anybody names."""

from ipaddress import ip_network

import pytest

from helpdesk.core.outgoing.networks import is_opened, may_connect

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"]
NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.0.9",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_address_when_public_may_be_asked(address):
    assert may_connect(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_when_not_everybodys_is_refused(address):
    assert not may_connect(address)


def test_network_when_opened_lets_through_its_own_addresses_and_no_others(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]

    asked = ["10.1.9.9", "::ffff:10.1.9.9", "fd00::5", "10.2.0.1", "127.0.0.1", "fe80::1"]

    assert [may_connect(each) for each in asked] == [True, True, True, False, False, False]
    assert [is_opened(each) for each in ("10.1.9.9", "1.1.1.1")] == [True, False]
