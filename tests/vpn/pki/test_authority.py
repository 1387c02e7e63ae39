from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import IN_A_YEAR, NOW, authority, kept, leaf, run
from vpn.pki.authority import Issuer, certify_issuing, make_issuing_request, make_root
from vpn.pki.certificates import Use, check_chain, parse, read_certificate, split_chain, uses
from vpn.pki.private_keys import KeyType, make_key
from vpn.pki.requests import make_request


@pytest.mark.parametrize("kind", KeyType)
@pytest.mark.parametrize(
    ("use", "purpose", "other"), [(Use.CLIENT, "sslclient", "sslserver"), (Use.SERVER, "sslserver", "sslclient")]
)
def test_certificate_holds_before_openssl_for_its_own_use_alone(
    kind: KeyType, use: Use, purpose: str, other: str, tmp_path: Path
) -> None:
    issuer = authority(kind)
    above = kept(tmp_path, "above", "".join(issuer.lineage))
    path = kept(
        tmp_path, "leaf", leaf(issuer, "vpn" if use is Use.SERVER else "anna", use=use, kind=kind).certificate.pem
    )

    good = run("openssl", "verify", "-x509_strict", "-CAfile", above, "-purpose", purpose, path)
    bad = run("openssl", "verify", "-x509_strict", "-CAfile", above, "-purpose", other, path)

    assert (good.returncode, good.stdout.strip()) == (0, f"{path}: OK")
    assert bad.returncode == 2


def test_certificate_says_what_was_asked_for() -> None:
    issuer = authority()

    found = leaf(issuer).certificate

    assert found.common_name == "anna-laptop"
    assert found.not_after == IN_A_YEAR
    assert timedelta(minutes=4) < NOW + timedelta(seconds=120) - found.not_before
    assert read_certificate(found.pem) == found
    assert uses(found.pem) == {Use.CLIENT}
    assert check_chain(found.pem, chain=issuer.lineage, at=NOW, use=Use.CLIENT) == found


def test_certificate_never_outlives_its_issuer() -> None:
    issuer = authority()

    found = issuer.sign(make_request(make_key(), "x"), common_name="anna", until=NOW + timedelta(days=36_500))

    assert found.not_after == read_certificate(issuer.certificate).not_after


def test_name_is_the_issuers_choice_and_not_the_requests() -> None:
    found = authority().sign(make_request(make_key(), "server"), common_name="anna", until=IN_A_YEAR)

    assert parse(found.pem).subject.rfc4514_string() == "CN=anna"


def test_what_a_request_wants_besides_does_not_go_into_the_certificate(tmp_path: Path) -> None:
    """A request that asks to be an authority."""
    run(
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=anna",
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-addext",
        "extendedKeyUsage=serverAuth",
        "-keyout",
        tmp_path / "key",
        "-out",
        tmp_path / "csr",
    )

    found = authority().sign((tmp_path / "csr").read_text(), common_name="anna", until=IN_A_YEAR)

    assert not parse(found.pem).extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert uses(found.pem) == {Use.CLIENT}


@pytest.mark.parametrize("name", ["server", "../x", "Anna", ""])
def test_client_of_a_name_that_is_not_fit_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        authority().sign(make_request(make_key(), "x"), common_name=name, until=IN_A_YEAR)


def test_certificate_that_would_be_over_is_refused() -> None:
    with pytest.raises(Refused, match="end before it begins"):
        authority().sign(make_request(make_key(), "x"), common_name="anna", until=NOW - timedelta(days=1))


def test_serial_numbers_differ() -> None:
    issuer = authority()

    assert len({leaf(issuer).certificate.serial for _ in range(50)}) == 50


def test_issuing_authority_has_none_below_it(tmp_path: Path) -> None:
    """pathlen 0: an authority that it signed all the same is worth nothing, to OpenSSL and to us."""
    issuer, key = authority(), make_key()
    below = certify_issuing(
        make_issuing_request(key, "Below"), root_pem=issuer.certificate, root_key=issuer.key, now=NOW
    )
    deep = Issuer(below.pem, key, issuer.lineage)
    certificate = leaf(deep).certificate
    above = kept(tmp_path, "above", "".join(deep.lineage))

    checked = run("openssl", "verify", "-CAfile", above, kept(tmp_path, "leaf", certificate.pem))

    assert checked.returncode == 2
    assert "path length constraint exceeded" in checked.stderr
    with pytest.raises(Refused, match="may not sign"):
        check_chain(certificate.pem, chain=deep.lineage, at=NOW)


def test_client_signs_nobody() -> None:
    issuer, made = authority(), leaf(authority())
    forged = Issuer(made.certificate.pem, made.key, issuer.lineage)

    with pytest.raises(Refused, match="may not sign"):
        check_chain(leaf(forged, "eve").certificate.pem, chain=forged.lineage, at=NOW)


def test_chain_of_a_stranger_is_refused() -> None:
    key = make_key()
    stranger = Issuer(make_root(key, "Example issuing", now=NOW).pem, key)

    with pytest.raises(Refused, match="didn't sign"):
        check_chain(leaf(stranger).certificate.pem, chain=authority().lineage, at=NOW)


@pytest.mark.parametrize("days", [-1, 398])
def test_chain_at_another_time_is_refused(days: int) -> None:
    with pytest.raises(Refused, match="isn't valid at this time"):
        check_chain(leaf(authority()).certificate.pem, chain=authority().lineage, at=NOW + timedelta(days=days))


def test_chain_for_another_use_is_refused() -> None:
    with pytest.raises(Refused, match="another use"):
        check_chain(leaf(authority()).certificate.pem, chain=authority().lineage, at=NOW, use=Use.SERVER)


def test_issuer_with_the_key_of_another_is_refused() -> None:
    with pytest.raises(Refused, match="isn't the one of this certificate"):
        Issuer(authority().certificate, make_key()).check()


def test_root_with_the_key_of_another_signs_nothing() -> None:
    with pytest.raises(Refused, match="isn't the one of this certificate"):
        certify_issuing(make_issuing_request(make_key(), "x"), root_pem=authority().chain[0], root_key=make_key())


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "two\nlines"], ids=ascii)
def test_authority_of_a_name_that_is_not_fit_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="1 to 64 characters"):
        make_root(make_key(), name)


def test_texts_around_certificates_are_left_out() -> None:
    issuer = authority()
    text = "Certificate:\n    Data: …\n" + "noise\n".join(issuer.lineage)

    assert split_chain(text) == issuer.lineage


@pytest.mark.parametrize("text", ["", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_text_that_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="isn't a certificate"):
        read_certificate(text)
