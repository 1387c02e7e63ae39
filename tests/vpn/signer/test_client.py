"""The passphrase that somebody types on the page, instead of a process."""

from datetime import UTC, datetime

import pytest

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import IN_A_YEAR, PASSPHRASE, authority
from vpn.pki.certificates import Use, check_chain
from vpn.pki.private_keys import KeyType, key_pem, make_key
from vpn.pki.requests import make_request
from vpn.pki.revocation_lists import Revoked, check_crl
from vpn.signer.client import PassphraseSigner


def signer(passphrase: str = PASSPHRASE, **more: int) -> PassphraseSigner:
    issuer = authority()
    return PassphraseSigner(key_pem(issuer.key, PASSPHRASE, rounds=1000), passphrase, "".join(issuer.lineage), **more)


def test_certificate_by_a_passphrase_holds() -> None:
    made = signer().certify(
        request_pem=make_request(make_key(), "x"), common_name="anna", use=Use.CLIENT, until=IN_A_YEAR
    )

    assert check_chain(made.pem, chain=authority().lineage, at=datetime.now(UTC), use=Use.CLIENT) == made


def test_wrong_passphrase_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="the passphrase is wrong"):
        signer("wrong").make_crl(revoked=[])


def test_list_by_a_passphrase_has_a_number_above_what_is_known() -> None:
    at = datetime.now(UTC)

    first, second = signer().make_crl(revoked=[Revoked(5, at)]), signer(last_number=2**40).make_crl(revoked=[])

    assert (first.serials, second.number) == ({5}, 2**40 + 1)
    assert int(at.timestamp()) <= first.number < 2**40
    assert (
        check_crl(first.pem, issuer_pem=authority().certificate, not_below=first.number, now=datetime.now(UTC)) == first
    )


def test_key_of_another_authority_signs_nothing() -> None:
    stranger = PassphraseSigner(key_pem(make_key(), PASSPHRASE, rounds=1000), PASSPHRASE, "".join(authority().lineage))

    with pytest.raises(Refused, match="isn't the one of this certificate"):
        stranger.make_crl(revoked=[])


def test_facts_need_no_passphrase() -> None:
    facts = signer("").about()

    assert (facts.issuing_pem, facts.root_pem, facts.key_type) == (*authority().lineage, KeyType.EC)


def test_signer_shown_in_a_log_keeps_its_passphrase() -> None:
    assert PASSPHRASE not in repr(signer())
