"""The connection test says exactly what is wrong; no sentence holds a password."""

import socket

import pytest

from tests.peers import dovecot as dovecots
from tests.peers.certificates import make_certificate
from tests.peers.dovecot import PASSWORD
from tests.peers.fixtures import imap_fields, pop3_fields
from tests.peers.letters import letter
from tests.peers.ports import free_port
from tickets.mail.fetching.diagnosis import Step, test_connection
from tickets.mail.models import Mailbox

pytestmark = [pytest.mark.dovecot]


def last(mailbox: Mailbox) -> Step:
    steps = test_connection(mailbox)
    assert all(step.ok for step in steps[:-1])
    return steps[-1]


def unsaved(fields: dict[str, object], **more: object) -> Mailbox:
    return Mailbox(name="Support", address="support@helpdesk.example", **(fields | more))


def test_imap_when_all_is_well_then_every_step_says_what_was_found(account):
    account.deliver(letter())

    steps = test_connection(unsaved(imap_fields(account), after_fetch="move", move_to="Archive"))

    assert [(step.name.removeprefix("receiving: "), step.ok) for step in steps] == [
        ("name", True), ("port", True), ("sign-in", True), ("folder", True), ("waiting", True),
        ("folder to move to", True),
    ]  # fmt: skip
    assert steps[3].detail == "INBOX holds 1 mails."
    assert "IDLE" in steps[4].detail
    assert "will be made" in steps[5].detail


def test_imap_when_the_name_is_wrong_then_it_says_so(account):
    step = last(unsaved(imap_fields(account), in_host="imap.helpdesk.invalid"))

    assert (step.name, step.ok) == ("receiving: name", False)
    assert step.detail.startswith("The name imap.helpdesk.invalid can't be resolved (")


def test_imap_when_nobody_listens_then_it_says_so(account):
    port = free_port()

    step = last(unsaved(imap_fields(account), in_port=port))

    assert step.detail == (
        f"Nothing accepts connections at 127.0.0.1:{port}; check host and port, and that the server runs."
    )


def test_imap_when_the_password_is_wrong_then_it_says_so_without_it(account):
    step = last(unsaved(imap_fields(account), in_password="canary-3141"))

    assert (step.name, step.ok) == ("receiving: sign-in", False)
    assert step.detail.startswith("127.0.0.1 refused the user name or password (")
    assert "canary-3141" not in step.detail


def test_imap_when_the_folder_is_missing_then_the_others_are_listed(account):
    with account.imap() as client:
        client.create("Support")

    step = last(unsaved(imap_fields(account), folder="Suport"))

    assert (step.name, step.ok) == ("receiving: folder", False)
    assert step.detail.endswith("The folders there are: Support, INBOX.")


def test_imap_when_the_certificate_is_of_nobody_known_then_it_says_so(account):
    fields = imap_fields(account) | {"in_security": "tls", "in_port": account.server.imaps, "in_host": "localhost"}

    step = last(unsaved(fields))

    assert (step.name, step.ok) == ("receiving: encryption", False)
    assert step.detail.startswith("The certificate of localhost is signed by nobody this machine knows (")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_imap_when_the_certificate_is_not_to_be_checked_then_it_signs_in(account, security):
    port = account.server.imaps if security == "tls" else account.server.imap

    steps = test_connection(unsaved(imap_fields(account), in_security=security, in_port=port, verify_certificate=False))

    assert all(step.ok for step in steps)


@pytest.mark.parametrize(
    ("name", "days", "host", "said"),
    [
        ("localhost", (5, 30), "localhost", "The certificate of localhost has expired; renew it on the server."),
        ("other.example", (90, 1), "localhost", "The certificate is not made out to localhost ("),
    ],
    ids=["expired", "wrong name"],
)
def test_imap_when_the_certificate_is_bad_then_it_says_in_which_way(tmp_path, monkeypatch, name, days, host, said):
    if reason := dovecots.missing():
        pytest.skip(reason)
    certificate = make_certificate(tmp_path, name, valid_days=days[0], began_days_ago=days[1])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))

    with dovecots.running(certificate=certificate) as server:
        fields = imap_fields(server.account()) | {"in_security": "tls", "in_port": server.imaps, "in_host": host}
        step = last(unsaved(fields))

    assert (step.name, step.ok) == ("receiving: encryption", False)
    assert step.detail.startswith(said)


def test_pop3_when_moving_is_wanted_then_it_says_that_pop3_cannot(account):
    step = last(unsaved(pop3_fields(account), after_fetch="move", move_to="Archive"))

    assert step.detail == "POP3 can only leave mails or delete them; choose one of these."


def test_sending_when_the_server_is_silent_then_it_says_so(monkeypatch):
    monkeypatch.setattr("tickets.mail.fetching.diagnosis.TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.listen()
        mailbox = unsaved({}, out_host="127.0.0.1", out_port=port, out_security="tls", out_password=PASSWORD)

        step = last(mailbox)  # the kernel accepts, nobody answers the handshake

    assert (step.name, step.ok) == ("sending: encryption", False)
    assert "did not answer" in step.detail


def test_settings_when_there_is_no_server_at_all_then_it_says_so():
    assert [step.ok for step in test_connection(Mailbox(name="Support"))] == [False]
