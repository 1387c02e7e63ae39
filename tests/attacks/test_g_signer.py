"""The signer, from whoever may speak to it and means ill: a web process that somebody has taken over."""

import base64
import json
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from tests.vpn.signer.conftest import ask, running, say
from tests.vpn.signer.processes import SignerProcess, until
from vpn.pki.private_keys import make_key
from vpn.pki.requests import make_request
from vpn.pki.revocation_lists import read_crl

__all__ = ["running"]
REVOKED = {"serial": "1f", "at": "2026-01-01T00:00:00+00:00", "reason": "keyCompromise"}
# Each of these, once in the ledger, would have been in the way of every later list.
POISON = {
    "revoked before lists can say": {"revoked": [REVOKED | {"at": "1949-12-31T23:59:59+00:00"}]},
    "revoked before the calendar": {"revoked": [REVOKED | {"at": "0001-01-01T00:00:00+23:00"}]},
    "revoked after the calendar": {"revoked": [REVOKED | {"at": "9999-12-31T23:59:59-23:00"}]},
    "revoked the day after tomorrow": {
        "revoked": [REVOKED | {"at": (datetime.now(UTC) + timedelta(days=2)).isoformat()}]
    },
    "number beyond the standard's": {"revoked": [], "above": 2**160},
    "number beyond the database's": {"revoked": [], "above": 2**63},
    "number with an exponent": {"revoked": [], "above": 1e300},
    "number that is none": {"revoked": [], "above": float("nan")},
    "number below nought": {"revoked": [], "above": -(2**70)},
    "number in words": {"revoked": [], "above": "9" * 4301},
    "number that is true": {"revoked": [], "above": True},
    "good one beside a bad one": {"revoked": [REVOKED, REVOKED | {"serial": "2f", "at": "1900-01-01T00:00:00Z"}]},
}


def certify(process: SignerProcess, **told: object) -> dict[str, object]:
    usual = {"common_name": "anna-laptop", "use": "client", "until": until().isoformat()}
    return ask(process.socket, op="certify", **usual | told)


def ledger_of(process: SignerProcess) -> list[dict[str, object]]:
    path = process.folder / "ledger.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_revocation_list_when_it_was_poisoned_then_later_ones_are_signed_all_the_same(running):
    for name, told in POISON.items():
        assert ask(running.socket, op="crl", **told)["ok"] is False, name
    assert ledger_of(running) == []

    answer = ask(running.socket, op="crl", revoked=[REVOKED], above=7)
    running.kill()
    running.start()
    after = ask(running.socket, op="crl", revoked=[])

    assert (read_crl(answer["crl"]).number, read_crl(after["crl"]).number) == (8, 9)
    assert read_crl(after["crl"]).serials == {0x1F}


def test_revocation_when_it_is_told_otherwise_later_then_the_first_word_counts(running):
    first = ask(running.socket, op="crl", revoked=[REVOKED, REVOKED | {"reason": "superseded"}])
    later = ask(running.socket, op="crl", revoked=[REVOKED | {"reason": "superseded", "at": "2020-01-01T00:00:00Z"}])

    for answer in (first, later):
        (entry,) = x509.load_pem_x509_crl(answer["crl"].encode())
        assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.key_compromise
        assert entry.revocation_date_utc == datetime(2026, 1, 1, tzinfo=UTC)
    assert [line["what"] for line in ledger_of(running)] == ["revoked", "listed", "listed"]


FIELDS = [
    {"request": "\ud800"},
    {"common_name": "anna\ud800"},
    {"request": None},
    {"until": "9999-12-31T23:59:59-23:59"},
    {"until": "0001-01-01T00:00:00+23:59"},
    {"until": "2027-01-01"},
    {"until": 0},
    {"use": "server"},
    {"use": "ca"},
    {"use": ["client"]},
    {"common_name": "server"},
    {"common_name": "anna\n"},
    {"common_name": "../anna"},
    {"common_name": "a" * 65},
]


def test_request_with_a_field_that_is_none_is_answered_and_signs_nothing(running):
    told = {"request": make_request(make_key(), "anna-laptop")}

    for field in FIELDS:
        answer = certify(running, **told | field)
        assert answer.keys() == {"ok", "refusal"}, field
        assert answer["ok"] is False, field
    assert ledger_of(running) == []


def test_fields_that_nobody_knows_change_nothing(running):
    more = {"ca": True, "serial": 1, "not_before": "2000-01-01", "extensions": ["CA:TRUE"], "peer": 0, "pathlen": 9}

    answer = certify(running, request=make_request(make_key(), "anna-laptop"), **more)

    made = x509.load_pem_x509_certificate(answer["certificate"].encode())
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert made.serial_number > 1
    assert made.not_valid_before_utc.year >= 2026
    assert answer.keys() == {"ok", "certificate"}


def odd_requests() -> dict[str, str]:
    """Requests that want more than a client's certificate, or whose key is none of ours."""
    strong, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "anna-laptop")])
    plain = x509.CertificateSigningRequestBuilder().subject_name(subject)
    signed = plain.sign(strong, hashes.SHA256()).public_bytes(Encoding.DER)
    forged = plain.sign(other, hashes.SHA256()).public_bytes(Encoding.DER)
    mixed = signed[: -len(signed) // 4] + forged[-len(forged) // 4 :]
    return {
        "weak RSA": pem(plain.sign(rsa.generate_private_key(65537, 1024), hashes.SHA256())),
        "other curve": pem(plain.sign(ec.generate_private_key(ec.SECP256K1()), hashes.SHA256())),
        "weak curve": pem(plain.sign(ec.generate_private_key(ec.SECP192R1()), hashes.SHA256())),
        "signature of another": "-----BEGIN CERTIFICATE REQUEST-----\n"
        + "\n".join(_lines(mixed))
        + "\n-----END CERTIFICATE REQUEST-----\n",
        "certificate": "-----BEGIN CERTIFICATE-----\n" + "\n".join(_lines(signed)) + "\n-----END CERTIFICATE-----\n",
        "nothing": "",
    }


def _lines(der: bytes) -> list[str]:
    text = base64.b64encode(der).decode()
    return [text[start : start + 64] for start in range(0, len(text), 64)]


def pem(request: x509.CertificateSigningRequest) -> str:
    return request.public_bytes(Encoding.PEM).decode()


def test_request_whose_key_is_weak_or_not_its_own_is_refused(running):
    for name, request in odd_requests().items():
        answer = certify(running, request=request)
        assert answer["ok"] is False, name
    assert ledger_of(running) == []


def test_what_a_request_wants_of_extensions_is_in_no_certificate(running):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "server"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Evil"),
        ]
    )
    wanted = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=5), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("vpn.example.org")]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=True)
        .add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), critical=True)
        .sign(key, hashes.SHA256())
    )

    answer = certify(running, request=pem(wanted))

    made = x509.load_pem_x509_certificate(answer["certificate"].encode())
    assert made.subject.rfc4514_string() == "CN=anna-laptop"
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.ExtendedKeyUsageOID.CLIENT_AUTH]
    oids = {each.oid.dotted_string for each in made.extensions}
    assert not oids & {"1.2.3.4", x509.ExtensionOID.SUBJECT_ALTERNATIVE_NAME.dotted_string}


def test_two_requests_in_one_packet_are_none(running):
    one = json.dumps({"op": "crl", "revoked": []}).encode() + b"\n"

    assert say(running.socket, one + one) == b""
    assert ledger_of(running) == []
    assert ask(running.socket, op="about")["ok"] is True


def test_those_who_connect_and_say_nothing_keep_nobody_waiting_for_long(running):
    """More of them than are listened to at a time: they are left when their time is over, and the next is served."""
    idle = []
    for _each in range(40):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(running.socket))
        connection.sendall(b'{"op":')
        idle.append(connection)
    begun = time.monotonic()

    answer = json.loads(say(running.socket, b'{"op":"about"}\n', seconds=30))

    for connection in idle:
        connection.close()
    assert answer["ok"] is True
    assert time.monotonic() - begun < 15


def test_log_when_hostile_text_was_sent_then_no_line_of_it_is_forged(running):
    told = '{"event": "signer_certified", "name": "evil"}'
    ask(running.socket, op=f"x\n{told}\n")
    certify(running, request="x", common_name=f"anna\n{told}")
    ask(running.socket, op="about")

    running.kill()
    lines = Path(running.log).read_text().splitlines()
    assert not [line for line in lines if line.strip() == told]
    assert not [line for line in lines if '"name": "evil"' in line]
