import base64
import re
import shutil
from pathlib import Path

import pytest

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import kept, run
from vpn.pki.tls_keys import (
    LONGEST_METADATA,
    make_tls_crypt,
    make_v2_client_key,
    make_v2_server_key,
    read_v2_metadata,
)

openvpn = pytest.mark.skipif(shutil.which("openvpn") is None, reason="needs OpenVPN from Debian's packages")


def content(pem: str) -> bytes:
    return base64.b64decode("".join(pem.splitlines()[1:-1]))


def test_static_key_has_the_shape_that_openvpn_writes() -> None:
    made = make_tls_crypt()

    lines = made.splitlines()
    assert lines[:4] == ["#", "# 2048 bit OpenVPN static key", "#", "-----BEGIN OpenVPN Static key V1-----"]
    assert lines[-1] == "-----END OpenVPN Static key V1-----"
    assert len(lines[4:-1]) == 16
    assert all(re.fullmatch("[0-9a-f]{32}", line) for line in lines[4:-1])
    assert make_tls_crypt() != made


@openvpn
def test_static_key_of_openvpn_has_as_many_lines(tmp_path: Path) -> None:
    assert run("openvpn", "--genkey", "secret", tmp_path / "ta.key").returncode == 0

    theirs, ours = (tmp_path / "ta.key").read_text().splitlines(), make_tls_crypt().splitlines()
    assert [len(line) for line in theirs] == [len(line) for line in ours]


@openvpn
def test_server_key_of_openvpn_wraps_clients_keys_of_ours(tmp_path: Path) -> None:
    run("openvpn", "--genkey", "tls-crypt-v2-server", tmp_path / "server")
    theirs = (tmp_path / "server").read_text()

    assert read_v2_metadata(theirs, make_v2_client_key(theirs, b"anna")) == b"\x00anna"


@openvpn
def test_client_key_that_openvpn_wrapped_with_our_server_key_is_opened(tmp_path: Path) -> None:
    """And so the other way round: both agree on key, tag and length."""
    ours = make_v2_server_key()
    told = base64.b64encode(b"anna").decode()
    made = run(
        "openvpn",
        "--tls-crypt-v2",
        kept(tmp_path, "server", ours),
        "--genkey",
        "tls-crypt-v2-client",
        tmp_path / "client",
        told,
    )

    assert made.returncode == 0, made.stdout
    assert read_v2_metadata(ours, (tmp_path / "client").read_text()) == b"\x00anna"


def test_client_key_without_metadata_tells_the_time() -> None:
    server = make_v2_server_key()

    told = read_v2_metadata(server, make_v2_client_key(server))

    assert (told[:1], len(told)) == (b"\x01", 9)


def test_client_keys_are_different_ones() -> None:
    server = make_v2_server_key()

    assert len({content(make_v2_client_key(server))[:256] for _ in range(10)}) == 10


def test_client_key_with_the_longest_metadata_fits_into_a_packet() -> None:
    server = make_v2_server_key()

    wrapped = content(make_v2_client_key(server, b"x" * LONGEST_METADATA))[256:]

    assert len(wrapped) == 1024
    with pytest.raises(Refused, match="too long"):
        make_v2_client_key(server, b"x" * (LONGEST_METADATA + 1))


def test_client_key_of_another_server_is_refused() -> None:
    with pytest.raises(Refused, match="wrapped for another server"):
        read_v2_metadata(make_v2_server_key(), make_v2_client_key(make_v2_server_key()))


@pytest.mark.parametrize(
    "text",
    ["", "garbage", make_tls_crypt(), make_v2_server_key().replace("=", ""), make_v2_server_key()[:90]],
    ids=["empty", "garbage", "static", "short", "cut"],
)
def test_text_that_is_no_server_key_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="isn't a key of tls-crypt-v2"):
        make_v2_client_key(text)
