"""Two authorities, each with a signer of its own: neither signs what is the other's."""

import pytest
from cryptography import x509

from helpdesk.core.errors import Away
from tests.browsers import browser_of
from tests.vpn_world import authority_at, openvpn_server, signer_at
from vpn.actions import publishing
from vpn.actions.issuing import issue_key
from vpn.actions.revoking import revoke_key
from vpn.models import Authority, Key, RevocationList

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(authority, tmp_path):
    with signer_at(tmp_path / "shops" / "signer") as socket:
        yield authority, authority_at(socket, name="Shops VPN", slug="shops")


@pytest.fixture
def servers(two):
    first, second = two
    return openvpn_server(first), openvpn_server(second, name="Shops", slug="shops")


def issuer_of(pem):
    return x509.load_pem_x509_certificate(pem.encode())


def test_keys_when_two_authorities_issue_then_each_is_signed_by_its_own(two, servers, ada, anna):
    for device, server in zip(("laptop", "phone"), servers, strict=True):
        issue_key(person=anna, login="anna", device=device, servers=[server], by=ada)

    for key, authority in zip(Key.objects.order_by("pk"), two, strict=True):
        issuer_of(key.certificate_pem).verify_directly_issued_by(issuer_of(authority.issuing_pem))
        assert key.authority == authority


def test_lists_when_a_key_of_one_is_revoked_then_the_other_ones_list_is_without_it(two, servers, ada, anna):
    keys = [
        issue_key(person=anna, login="anna", device=device, servers=[server], by=ada)
        for device, server in zip(("laptop", "phone"), servers, strict=True)
    ]
    revoke_key(key=keys[0], reason="superseded", by=ada)

    assert publishing.publish_due() == []

    for authority, revoked in zip(two, ([int(keys[0].serial)], []), strict=True):
        newest = RevocationList.objects.newest(authority)
        found = x509.load_pem_x509_crl(newest.pem.encode())
        assert found.is_signature_valid(issuer_of(authority.issuing_pem).public_key())
        assert [row.serial_number for row in found] == revoked


def test_authority_when_its_signer_is_away_then_the_other_one_goes_on(two, servers, ada, anna, tmp_path):
    Authority.objects.filter(pk=two[1].pk).update(socket_path=str(tmp_path / "away.sock"))
    servers[1].refresh_from_db()

    with pytest.raises(Away):
        issue_key(person=anna, login="anna", device="phone", servers=[servers[1]], by=ada)
    key = issue_key(person=anna, login="anna", device="laptop", servers=[servers[0]], by=ada)

    assert list(Key.objects.all()) == [key]
    refusals = publishing.publish_due()
    assert [refusal.partition(":")[0] for refusal in refusals] == ["shops"]
    assert RevocationList.objects.get().authority == two[0]


def test_authority_when_it_names_no_socket_then_the_setting_says_where(two, servers, ada, anna, settings):
    settings.VPN_SIGNER_SOCKET = two[0].socket_path
    Authority.objects.filter(pk=two[0].pk).update(socket_path="")
    servers[0].refresh_from_db()

    key = issue_key(person=anna, login="anna", device="laptop", servers=[servers[0]], by=ada)

    issuer_of(key.certificate_pem).verify_directly_issued_by(issuer_of(two[0].issuing_pem))


def test_page_of_an_authority_when_it_is_read_then_it_says_which_socket_is_meant(two, ada, settings):
    settings.VPN_SIGNER_SOCKET = "/run/helpdesk-signer/socket"

    text = browser_of(ada).get(f"/admin/vpn/authority/{two[0].pk}/change/").content.decode()

    assert "Empty: /run/helpdesk-signer/socket, by VPN_SIGNER_SOCKET." in text
