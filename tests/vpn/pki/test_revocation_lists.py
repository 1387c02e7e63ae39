from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import NOW, authority, kept, leaf, run
from vpn.pki.authority import Issuer
from vpn.pki.certificates import parse
from vpn.pki.private_keys import KeyType, make_key
from vpn.pki.revocation_lists import Reason, Revoked, check_crl, read_crl


def check(pem: str, *, not_below: int = 0, now: object = NOW) -> object:
    return check_crl(pem, issuer_pem=authority().certificate, not_below=not_below, now=now)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KeyType)
def test_list_is_signed_to_openssl_and_refuses_the_revoked_alone(kind: KeyType, tmp_path: Path) -> None:
    issuer = authority(kind)
    gone, good = leaf(issuer, "dave").certificate, leaf(issuer, "carol").certificate
    made = issuer.make_crl([Revoked(gone.serial, NOW, Reason.KEY_COMPROMISE)], number=7, now=NOW)
    above, crl = kept(tmp_path, "above", "".join(issuer.lineage)), kept(tmp_path, "crl", made.pem)

    signed = run("openssl", "crl", "-in", crl, "-CAfile", above, "-noout", "-crlnumber")
    refused, taken = (
        run("openssl", "verify", "-crl_check", "-CRLfile", crl, "-CAfile", above, kept(tmp_path, "leaf", one.pem))
        for one in (gone, good)
    )

    assert (signed.stdout, signed.stderr) == ("crlNumber=0x07\n", "verify OK\n")
    assert (refused.returncode, "certificate revoked" in refused.stderr) == (2, True)
    assert taken.returncode == 0


def test_list_is_back_dated_and_good_for_thirty_days() -> None:
    made = authority().make_crl([], number=1, now=NOW)

    assert (NOW - made.issued_at, made.next_update - NOW) == (timedelta(minutes=5), timedelta(days=30))
    assert made.serials == frozenset()


@pytest.mark.parametrize("reason", Reason)
def test_reason_stands_in_the_list_as_the_standard_writes_it(reason: Reason, tmp_path: Path) -> None:
    made = authority().make_crl([Revoked(4711, NOW, reason)], number=1, now=NOW)

    (entry,) = x509.load_pem_x509_crl(made.pem.encode())
    found = [extension.value.reason.value for extension in entry.extensions]
    assert found == ([] if reason is Reason.UNSPECIFIED else [reason.value])


def test_reason_that_takes_a_revocation_back_is_refused() -> None:
    with pytest.raises(Refused, match="removeFromCRL"):
        authority().make_crl([Revoked(4711, NOW, "removeFromCRL")], number=1, now=NOW)


def test_entries_for_one_serial_are_one_and_the_first_counts() -> None:
    made = authority().make_crl(
        [Revoked(5, NOW, Reason.SUPERSEDED), Revoked(5, NOW + timedelta(days=1), Reason.KEY_COMPROMISE)],
        number=1,
        now=NOW,
    )

    (entry,) = x509.load_pem_x509_crl(made.pem.encode())
    assert entry.revocation_date_utc == NOW


def test_check_takes_a_list_of_the_known_number_or_above() -> None:
    made = authority().make_crl([Revoked(5, NOW)], number=7, now=NOW)

    assert [check(made.pem, not_below=number) for number in (0, 6, 7)] == [made, made, made]
    assert read_crl(made.pem) == made


def test_check_refuses_an_older_number() -> None:
    with pytest.raises(Refused, match="has number 7, and 8 is known"):
        check(authority().make_crl([], number=7, now=NOW).pem, not_below=8)


def test_check_refuses_a_list_of_another_authority_of_the_same_name() -> None:
    stranger = Issuer(authority().certificate, make_key())

    with pytest.raises(Refused, match="Another authority signed"):
        check(stranger.make_crl([], number=9, now=NOW).pem)


def test_check_refuses_a_list_of_another_name() -> None:
    with pytest.raises(Refused, match="Another authority signed"):
        check_crl(
            authority().make_crl([], number=9, now=NOW).pem, issuer_pem=authority().chain[0], not_below=0, now=NOW
        )


def test_check_refuses_a_list_whose_signature_was_changed() -> None:
    found = x509.load_pem_x509_crl(authority(KeyType.ED25519).make_crl([], number=9, now=NOW).pem.encode())
    forged = found.public_bytes(Encoding.DER).replace(found.signature, bytes(64))

    with pytest.raises(Refused, match="Another authority signed"):
        check_crl(
            x509.load_der_x509_crl(forged).public_bytes(Encoding.PEM).decode(),
            issuer_pem=authority(KeyType.ED25519).certificate,
            not_below=0,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("later", "sentence"), [(timedelta(days=30), "has expired"), (timedelta(minutes=-6), "isn't valid yet")]
)
def test_check_refuses_a_list_that_is_not_valid_now(later: timedelta, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check(authority().make_crl([], number=9, now=NOW).pem, now=NOW + later)


def test_check_refuses_a_list_of_changes_alone() -> None:
    """A delta (RFC 5280, 5.2.4) names few and would open the door for all others."""
    issuer = authority()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(parse(issuer.certificate).subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=1))
        .add_extension(x509.CRLNumber(9), critical=False)
        .add_extension(x509.DeltaCRLIndicator(1), critical=True)
    )
    delta = builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    with pytest.raises(Refused, match="only a part"):
        check(delta)


@pytest.mark.parametrize("text", ["", "garbage", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"])
def test_check_refuses_garbage(text: str) -> None:
    with pytest.raises(Refused, match="isn't a revocation list"):
        check(text)


def test_check_refuses_a_certificate_in_its_place() -> None:
    with pytest.raises(Refused, match="isn't a revocation list"):
        check(authority().certificate)


def test_list_without_a_number_is_read_but_never_published() -> None:
    issuer = authority()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(parse(issuer.certificate).subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=1))
    )

    pem = builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    with pytest.raises(Refused, match="has no number"):
        check(pem)
    assert read_crl(pem).number == 0
