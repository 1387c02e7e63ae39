import io
import re
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12 as reading

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import PASSPHRASE, authority, kept, material, run
from vpn.pki.bundles import (
    DIRECTIVES,
    Material,
    TlsMode,
    archive,
    encrypted_archive,
    files,
    inline_config,
    pkcs12,
    profile,
)
from vpn.pki.certificates import split_chain
from vpn.pki.private_keys import key_pem, public_bytes, read_key
from vpn.pki.profile_templates import PROFILE

NAMES = [
    "anna.key",
    "anna.crt",
    "ca.crt",
    "ta.key",
    "openssl.cnf",
    "server.conf",
    "mycompany_vpn_anna.ovpn",
    "readme_vpn_win.txt",
]
DIRECTIVES_OF_A_PROFILE = {
    "client",
    "dev",
    "remote",
    "nobind",
    "persist-key",
    "persist-tun",
    "resolv-retry",
    "remote-cert-tls",
    "verify-x509-name",
    "tls-version-min",
    "data-ciphers",
    "auth",
    "auth-nocache",
    "verb",
}


@pytest.fixture(scope="module", params=list(TlsMode))
def made(request: pytest.FixtureRequest) -> Material:
    return material(request.param)


def blocks(config: str) -> dict[str, str]:
    return dict(re.findall(r"<([\w-]+)>\n(.*?)\n</\1>", config, re.DOTALL))


def without_blocks(config: str) -> list[str]:
    return re.sub(r"<([\w-]+)>\n.*?\n</\1>\n", "", config, flags=re.DOTALL).splitlines()


def test_inline_profile_holds_everything(made: Material) -> None:
    found = blocks(inline_config(made))

    assert found.keys() == {"ca", "cert", "key", DIRECTIVES[made.tls_mode]}
    assert split_chain(found["ca"]) == authority().lineage
    assert split_chain(found["cert"]) == (made.certificate_pem, authority().certificate)
    assert found["key"] + "\n" == made.private_key_pem


def test_inline_profile_has_a_fixed_set_of_directives(made: Material) -> None:
    lines = without_blocks(inline_config(made))

    expected = DIRECTIVES_OF_A_PROFILE | ({"key-direction"} if made.tls_mode is TlsMode.AUTH else set())
    assert {line.split(" ")[0] for line in lines} == expected
    assert {"remote-cert-tls server", "verify-x509-name server name", "tls-version-min 1.2"} <= set(lines)
    assert [line for line in lines if line.startswith("remote ")] == [
        "remote vpn.example.org 1194 udp",
        "remote 203.0.113.7 443 tcp",
    ]


def test_ciphers_of_a_profile_are_authenticated_ones() -> None:
    (line,) = [line for line in without_blocks(inline_config(material())) if line.startswith("data-ciphers")]

    ciphers = line.removeprefix("data-ciphers ").split(":")
    assert all(cipher.endswith(("-GCM", "-POLY1305")) for cipher in ciphers)


def test_archive_is_that_of_the_owners_process(made: Material) -> None:
    """The list of its files, their order left alone, the modes, and nothing else inside."""
    with tarfile.open(fileobj=io.BytesIO(archive(made))) as tar:
        members = tar.getmembers()

    folder, *rest = members
    assert (folder.name, folder.isdir(), folder.mode) == ("anna", True, 0o700)
    assert sorted(member.name for member in rest) == sorted(f"anna/{name}" for name in NAMES)
    assert {(member.isreg(), member.mode, member.uid, member.gid, member.uname) for member in rest} == {
        (True, 0o600, 0, 0, "")
    }


def test_archive_unpacked_by_tar_says_the_user_and_never_change_me(made: Material, tmp_path: Path) -> None:
    path = kept(tmp_path, "anna.tar.gz", archive(made))
    assert run("tar", "-C", tmp_path, "-xzf", path).returncode == 0

    texts = {file.name: file.read_bytes() for file in (tmp_path / "anna").iterdir()}

    assert sorted(texts) == sorted(NAMES)
    assert [name for name, text in texts.items() if b"change_me" in text] == []
    assert texts["readme_vpn_win.txt"].startswith(b"Hello anna!\r\n")
    assert b"C:\\Users\\anna\\OpenVPN\\config\r\n" in texts["readme_vpn_win.txt"]
    assert texts["readme_vpn_win.txt"].count(b"\n") == texts["readme_vpn_win.txt"].count(b"\r\n") == 4
    assert texts["openssl.cnf"].endswith(b"CN = anna\n")
    line = {"v2": "tls-crypt-v2 ta.key", "crypt": "tls-crypt ta.key", "auth": "tls-auth ta.key 1"}[made.tls_mode]
    with_line = [name for name, text in texts.items() if line in text.decode().splitlines()]
    assert sorted(with_line) == ["mycompany_vpn_anna.ovpn", "server.conf"]


def test_key_and_certificate_of_the_archive_belong_together_and_hold(tmp_path: Path) -> None:
    run("tar", "-C", tmp_path, "-xzf", kept(tmp_path, "a.tar.gz", archive(material())))
    folder = tmp_path / "anna"

    checked = run("openssl", "verify", "-CAfile", folder / "ca.crt", "-purpose", "sslclient", folder / "anna.crt")
    of_certificate = run("openssl", "x509", "-in", folder / "anna.crt", "-noout", "-pubkey").stdout
    of_key = run("openssl", "pkey", "-in", folder / "anna.key", "-pubout").stdout

    assert checked.returncode == 0
    assert of_certificate == of_key != ""


def test_profile_of_the_archive_names_its_files() -> None:
    lines = profile(material()).splitlines()

    assert {"ca ca.crt", "cert anna.crt", "key anna.key", "tls-crypt ta.key"} <= set(lines)


def test_templates_of_the_company_take_the_place_of_ours() -> None:
    own = "client\ndev tun\nremote vpn.example.org 443 tcp\ncert change_me.crt\nkey change_me.key\ntls-auth ta.key 1\n"

    found = files(material(TlsMode.V2), {PROFILE: own, "readme_vpn_win.txt": "Привет, change_me!\nДалее"})

    assert found["mycompany_vpn_anna.ovpn"].decode() == own.replace("change_me", "anna").replace(
        "tls-auth ta.key 1", "tls-crypt-v2 ta.key"
    )
    assert found["readme_vpn_win.txt"].decode() == "Привет, anna!\r\nДалее\r\n"


def test_template_that_runs_a_command_never_reaches_anybody() -> None:
    with pytest.raises(Refused, match="“up” can run commands"):
        archive(material(), {PROFILE: 'client\nup "/bin/sh -c id"\n'})


def test_company_names_the_profile() -> None:
    assert "acme_vpn_anna.ovpn" in files(material(company="acme"))


@pytest.mark.parametrize("password", [PASSPHRASE, "пароль-пароль", "quote\"and'space $x"], ids=ascii)
def test_sealed_archive_opens_with_two_programs(password: str, tmp_path: Path) -> None:
    made = material(TlsMode.V2)
    path = kept(tmp_path, "anna.zip", encrypted_archive(made, {}, password))
    by_seven, by_tar = tmp_path / "seven", tmp_path / "tar"
    by_tar.mkdir()

    seven = run("7zz", "x", f"-o{by_seven}", f"-p{password}", path)
    tar = run("bsdtar", "-C", by_tar, "--passphrase", password, "-xf", path)

    assert (seven.returncode, tar.returncode) == (0, 0), seven.stdout + tar.stderr
    for folder in (by_seven, by_tar):
        assert {file.name: file.read_bytes() for file in (folder / "anna").iterdir()} == files(made)
        assert {file.stat().st_mode & 0o777 for file in (folder / "anna").iterdir()} == {0o600}


def test_sealed_archive_says_that_it_is_aes_and_shows_nothing(tmp_path: Path) -> None:
    made = material()
    content = encrypted_archive(made, {}, PASSPHRASE)

    listed = run("7zz", "l", "-slt", kept(tmp_path, "anna.zip", content)).stdout

    assert set(re.findall(r"^Method = (.*)$", listed, re.MULTILINE)) == {"AES-256 Deflate"}
    assert set(re.findall(r"^Encrypted = (.*)$", listed, re.MULTILINE)) == {"+"}
    assert b"PRIVATE KEY" not in content


def test_sealed_archive_with_a_wrong_passphrase_or_a_changed_byte_stays_shut(tmp_path: Path) -> None:
    content = bytearray(encrypted_archive(material(), {}, PASSPHRASE))
    wrong = run("7zz", "t", "-pwrong", kept(tmp_path, "a.zip", bytes(content)))
    content[120] ^= 1

    changed = run("7zz", "t", f"-p{PASSPHRASE}", kept(tmp_path, "b.zip", bytes(content)))

    assert (wrong.returncode, changed.returncode) == (2, 2)


def test_pkcs12_opens_with_openssl_and_holds_key_and_chain(tmp_path: Path) -> None:
    made = material()
    path = kept(tmp_path, "anna.p12", pkcs12(made, PASSPHRASE))

    right = run("openssl", "pkcs12", "-in", path, "-passin", f"pass:{PASSPHRASE}", "-nodes", "-info")
    wrong = run("openssl", "pkcs12", "-in", path, "-passin", "pass:wrong", "-noout")

    assert (right.returncode, wrong.returncode) == (0, 1)
    assert split_chain(right.stdout) == (made.certificate_pem, *authority().lineage)
    assert "AES-256-CBC, Iteration 60000, PRF hmacWithSHA256" in right.stderr
    key, _certificate, _chain = reading.load_key_and_certificates(path.read_bytes(), PASSPHRASE.encode())
    assert key is not None
    assert public_bytes(key.public_key()) == public_bytes(read_key(made.private_key_pem).public_key())  # type: ignore[arg-type]


def test_pkcs12_of_a_sealed_key_needs_the_keys_own_passphrase() -> None:
    made = material()
    sealed = replace(made, private_key_pem=key_pem(read_key(made.private_key_pem), "the key's own one", rounds=1000))

    assert pkcs12(replace(sealed, passphrase="the key's own one"), PASSPHRASE)
    with pytest.raises(Refused):
        pkcs12(sealed, PASSPHRASE)


def test_files_that_leave_the_house_want_a_passphrase_of_twelve_characters() -> None:
    for make in (lambda: pkcs12(material(), "x" * 11), lambda: encrypted_archive(material(), {}, "x" * 11)):
        with pytest.raises(Refused, match="at least 12 characters"):
            make()


def test_material_shown_in_a_log_keeps_its_passphrase() -> None:
    assert "sesame" not in repr(material(passphrase="open sesame!"))
