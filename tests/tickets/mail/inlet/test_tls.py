"""STARTTLS at the SMTP inlet: offered with a certificate, never believed before it, and refused a start without one."""

import smtplib
import socket
import ssl

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key

from tests.factories import MailboxFactory
from tests.peers.certificates import Certificate, make_certificate
from tests.peers.letters import letter
from tests.peers.processes import manage
from tickets.mail.models import RawMail

LARGE = "x" * 300_000
"""Over many records of TLS, and over what the reader's buffer holds."""


@pytest.fixture
def certificate(tmp_path) -> Certificate:
    return make_certificate(tmp_path)


def trusting(certificate: Certificate) -> ssl.SSLContext:
    """What a server has that knows this certificate and no other; it checks the name too."""
    return ssl.create_default_context(cafile=str(certificate.certificate))


def options_of(certificate: Certificate) -> list[str]:
    return ["--certificate", str(certificate.certificate), "--key", str(certificate.key)]


@pytest.mark.django_db(transaction=True)
def test_starttls_when_there_is_a_certificate_then_mail_is_taken_under_it_and_in_the_clear(start_inlet, certificate):
    mailbox = MailboxFactory()
    inlet = start_inlet(*options_of(certificate))

    with smtplib.SMTP("localhost", inlet.port, local_hostname="mx.shop.example", timeout=60) as client:
        client.ehlo()
        before = set(client.esmtp_features)
        code = client.starttls(context=trusting(certificate))[0]
        version = client.sock.version()
        client.ehlo()
        after = set(client.esmtp_features)
        sign_in = client.docmd("AUTH", "PLAIN AGNsYXJhAHNlY3JldA==")[0]
        client.sendmail("clara@shop.example", [mailbox.address], letter(subject="Sealed", body=LARGE))
    with inlet.client() as plain:
        plain.sendmail("clara@shop.example", [mailbox.address], letter(subject="Open"))

    sealed, opened = RawMail.objects.order_by("pk")
    assert (code, version) == (220, "TLSv1.3")
    assert ("starttls" in before, "starttls" in after) == (True, False)
    assert (before - {"starttls"}, sign_in) == (after, 504)
    assert b"Subject: Sealed" in bytes(sealed.content)
    assert LARGE.encode() in bytes(sealed.content)
    assert b"Subject: Open" in bytes(opened.content)
    assert (sealed.peer, opened.peer) == ("127.0.0.1", "127.0.0.1")


@pytest.mark.django_db(transaction=True)
def test_starttls_when_commands_are_slipped_in_before_the_handshake_then_they_are_not_obeyed(start_inlet, certificate):
    mailbox = MailboxFactory()
    inlet = start_inlet(*options_of(certificate))

    with socket.create_connection(("localhost", inlet.port), timeout=60) as connection:
        stream = connection.makefile("rb")
        stream.readline()
        connection.sendall(b"HELO mx.shop.example\r\n")
        stream.readline()
        connection.sendall(b"STARTTLS\r\nMAIL FROM:<sergei@stranger.example>\r\n")
        stream.readline()
        with trusting(certificate).wrap_socket(connection, server_hostname="localhost") as sealed:
            answers = sealed.makefile("rb")
            sealed.sendall(f"HELO mx.shop.example\r\nRCPT TO:<{mailbox.address}>\r\nQUIT\r\n".encode())
            codes = [answers.readline()[:3] for _ in range(3)]

    assert codes == [b"250", b"503", b"221"]


@pytest.mark.django_db(transaction=True)
def test_starttls_when_the_client_does_not_trust_the_certificate_then_others_are_still_served(start_inlet, certificate):
    mailbox = MailboxFactory()
    inlet = start_inlet(*options_of(certificate))

    with smtplib.SMTP("localhost", inlet.port, timeout=60) as client, pytest.raises(ssl.SSLCertVerificationError):
        client.starttls(context=ssl.create_default_context())
    with smtplib.SMTP("localhost", inlet.port, timeout=60) as client:
        client.starttls(context=trusting(certificate))
        client.sendmail("clara@shop.example", [mailbox.address], letter())

    assert RawMail.objects.count() == 1


def test_starttls_when_there_is_no_certificate_then_it_is_not_offered(inlet):
    with inlet.client() as client:
        client.ehlo()
        offered = client.has_extn("starttls")
        code = client.docmd("STARTTLS")[0]

    assert (offered, code) == (False, 454)


def missing_certificate(own: Certificate, other: Certificate) -> tuple[list[str], str]:
    own.certificate.unlink()
    return options_of(own), f"The certificate {own.certificate} can't be read: No such file or directory."


def missing_key(own: Certificate, other: Certificate) -> tuple[list[str], str]:
    own.key.unlink()
    return options_of(own), f"The key {own.key} can't be read: No such file or directory."


def key_of_another(own: Certificate, other: Certificate) -> tuple[list[str], str]:
    mixed = ["--certificate", str(own.certificate), "--key", str(other.key)]
    return mixed, f"The key {other.key} does not belong to the certificate {own.certificate}."


def no_certificate_in_it(own: Certificate, other: Certificate) -> tuple[list[str], str]:
    own.certificate.write_text("This is a shopping list.\n")
    return options_of(own), f"The certificate {own.certificate} with the key {own.key} can't be used: "


def key_under_a_password(own: Certificate, other: Certificate) -> tuple[list[str], str]:
    key = load_pem_private_key(own.key.read_bytes(), None)
    pkcs8, locked = serialization.PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    own.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, locked))
    return options_of(own), f"The certificate {own.certificate} with the key {own.key} can't be used: "


def key_alone(own: Certificate, other: Certificate) -> tuple[list[str], str]:
    return ["--key", str(own.key)], "A key needs its certificate: --certificate FILE."


WRONG = [missing_certificate, missing_key, key_of_another, no_certificate_in_it, key_under_a_password, key_alone]


@pytest.mark.django_db
@pytest.mark.parametrize("spoil", WRONG)
def test_command_when_the_certificate_is_of_no_use_then_one_line_says_which_file_and_why(tmp_path, spoil):
    own, other = make_certificate(tmp_path), make_certificate(tmp_path, "other.example")
    options, line = spoil(own, other)

    ended = manage("smtp_inlet", "--port", "0", *options)

    assert ended.returncode == 1
    assert ended.output().count("\n") == 1
    assert line in ended.output()
