"""SPF, DKIM and DMARC of mail that strangers hand to the inlet, against a name server of the test's own."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.factories import TicketFactory, UserFactory
from tests.peers.name_server import name_server
from tests.tickets.mail.conftest import mail
from tickets.enums import Approval
from tickets.mail.tokens import subject_token

pytestmark = pytest.mark.django_db

PEER = "93.184.216.34"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published() -> dict[str, str]:
    public = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "shop.example": f"v=spf1 ip4:{PEER} -all",
        "_dmarc.shop.example": "v=DMARC1; p=reject",
        "s1._domainkey.shop.example": f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}",
    }


def signed(raw: bytes) -> bytes:
    private = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return dkim.sign(raw, b"s1", b"shop.example", private, include_headers=[b"From", b"Subject"]) + raw


@pytest.fixture
def names(settings):
    with name_server(published()) as server:
        settings.MAIL_DNS_SERVER = server
        yield


def test_origin_when_sent_by_the_domains_own_server_then_pass(names, deliver):
    message = deliver(mail(), peer=PEER, envelope_from="clara@shop.example").message

    assert message.flags["auth"]["spf"] == "pass"
    assert message.flags["auth"]["dmarc"] == "pass"


def test_origin_when_signed_by_the_domain_then_dkim_pass(names, deliver):
    message = deliver(signed(mail()), peer="8.8.4.4", envelope_from="bounce@list.example").message

    assert message.flags["auth"]["dkim"] == "pass"
    assert message.flags["auth"]["dmarc"] == "pass"


def test_origin_when_forged_then_held_on_the_victims_ticket(names, deliver):
    clara = UserFactory(email="clara@shop.example")
    ticket = TicketFactory(requester=clara)

    forged = mail(subject=subject_token(ticket.number))
    message = deliver(forged, peer="8.8.4.4", envelope_from="clara@shop.example").message

    assert message.flags["auth"]["dmarc"] == "fail"
    assert (message.ticket, message.approval) == (ticket, Approval.PENDING)


def test_origin_when_the_mail_claims_to_be_checked_by_us_then_not_believed(names, deliver):
    claim = "helpdesk.invalid; dmarc=pass; spf=pass"

    message = deliver(mail(Authentication_Results=claim), peer="10.0.0.7").message

    assert "auth" not in message.flags


def test_origin_when_handed_over_by_our_own_network_then_not_checked(names, deliver):
    message = deliver(mail(), peer="127.0.0.1", envelope_from="clara@shop.example").message

    assert "auth" not in message.flags


def test_origin_when_nobody_answers_then_the_mail_goes_its_way(settings, deliver):
    settings.MAIL_DNS_SERVER = "127.0.0.1:9"

    message = deliver(mail(), peer=PEER, envelope_from="clara@shop.example").message

    assert message.is_public
    assert message.flags.get("auth", {}).get("dmarc") != "fail"
