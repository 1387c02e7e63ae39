"""Certificates that sites show, read without trusting them."""

import socket

import pytest

from helpdesk.core.outgoing import AddressForbidden, Unreachable, checked_addresses, presented_certificate
from tests.peers.web_peer import secure_peer


@pytest.mark.parametrize(("days", "began"), [(30, 1), (5, 20)], ids=["good", "ended"])
def test_certificate_is_read_whether_good_or_ended(tmp_path, allowed, days, began):
    peer = secure_peer(tmp_path, valid_days=days, began_days_ago=began)
    try:
        shown = presented_certificate("localhost", peer.port)
    finally:
        peer.close()

    assert (shown.not_valid_after_utc - shown.not_valid_before_utc).days == days
    assert peer.asked == []


def test_server_without_tls_shows_none(allowed, peer):
    with pytest.raises(Unreachable, match="shows no certificate"):
        presented_certificate("127.0.0.1", peer.port)


def test_silent_server_is_left(allowed):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable):
        presented_certificate("127.0.0.1", silent.getsockname()[1], seconds=0.3)


def test_address_inside_is_not_asked(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []

    with pytest.raises(AddressForbidden):
        presented_certificate("169.254.169.254")
    with pytest.raises(AddressForbidden):
        checked_addresses("localhost", 22, seconds=5)
