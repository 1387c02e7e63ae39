"""The signer that `up` runs: its authority, its passphrase, and that nobody else has it."""

import os
from pathlib import Path

import pytest

from helpdesk.embedded import DataFolder, load_keys
from helpdesk.embedded.keys import secret
from helpdesk.operations.up.children import children_for
from helpdesk.operations.up.events import Handover
from helpdesk.operations.up.options import Options
from helpdesk.operations.up.signing import found, is_ours
from vpn.pki.certificates import read_certificate
from vpn.signer.folder import SignerFolder
from vpn.signer.passphrases import VARIABLE


def test_authority_is_made_once_and_opens_by_the_kept_secret(tmp_path: Path, settings) -> None:
    settings.VPN_SIGNER_FOLDER = str(tmp_path / "vpn-signer")
    data = DataFolder(tmp_path)

    said = [found(data), found(data)]

    assert said == ["made", "there"]
    issuer = SignerFolder(tmp_path / "vpn-signer").issuer(secret(tmp_path, VARIABLE))
    assert read_certificate(issuer.certificate).common_name == "Helpdesk VPN issuing"


def test_secret_is_made_once_for_its_owner_alone_and_comes_into_no_environment(tmp_path: Path) -> None:
    made = [secret(tmp_path, VARIABLE), secret(tmp_path, VARIABLE)]

    load_keys(tmp_path)

    assert made[0] == made[1]
    assert len(made[0]) >= 32
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600
    assert made[0] not in os.environ.values()


def test_secret_is_added_to_the_keys_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS"):
        monkeypatch.delenv(name)
    load_keys(tmp_path)
    before = (tmp_path / "secrets.env").read_text()

    made = secret(tmp_path, VARIABLE)

    assert (tmp_path / "secrets.env").read_text() == f"{before}{VARIABLE}={made}\n"


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_signer_is_among_the_processes_unless_it_is_a_service_beside_them(
    tmp_path: Path, settings, is_elsewhere: bool
) -> None:
    if is_elsewhere:
        settings.VPN_SIGNER_SOCKET = "/run/helpdesk-signer/socket"
    handover = Handover.made()

    children = children_for(None, Options(), DataFolder(tmp_path), handover)
    for end in handover:
        end.close()

    assert is_ours() is not is_elsewhere
    assert [child.name for child in children if child.rank == 2] == ([] if is_elsewhere else ["signer"])
