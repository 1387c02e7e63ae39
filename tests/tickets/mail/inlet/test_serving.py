"""The SMTP inlet as a process of its own, spoken to over TCP."""

import smtplib
import socket

import pytest

from tests.factories import MailboxFactory
from tests.peers.letters import letter
from tests.peers.processes import eventually, manage
from tickets.mail.models import RawMail

pytestmark = pytest.mark.django_db(transaction=True)


def test_mail_when_recipient_is_ours_then_250_comes_after_the_row_with_envelope_and_peer(inlet):
    mailbox = MailboxFactory(address="support@helpdesk.example")
    content = letter(subject="Привет", body="Тело\r\n.leading dot\r\n..two dots\r\n")

    with inlet.client() as client:
        client.ehlo()
        answer = client.docmd("MAIL", "FROM:<clara@shop.example> SMTPUTF8 BODY=8BITMIME")
        client.rcpt("Support+T12@Helpdesk.example")
        code, text = client.data(content)

    raw = RawMail.objects.get()
    assert answer[0] == 250
    assert (code, text) == (250, f"2.0.0 OK, stored as {raw.pk}".encode())
    assert bytes(raw.content) == content
    assert (raw.mailbox, raw.source, raw.envelope_from, raw.envelope_to, raw.peer, raw.state) == (
        mailbox, "smtp", "clara@shop.example", ["Support+T12@Helpdesk.example"], "127.0.0.1", "stored",
    )  # fmt: skip


def test_mail_when_recipient_is_not_ours_then_it_is_refused_and_nothing_is_relayed(inlet):
    MailboxFactory(address="support@helpdesk.example")

    with inlet.client() as client:
        client.ehlo()
        client.mail("sergei@stranger.example")
        codes = [
            client.rcpt(address)[0]
            for address in (
                "clara@shop.example", "nobody@helpdesk.example", "support%shop.example@helpdesk.example",
                "@helpdesk.example:clara@shop.example", "support@helpdesk.example@shop.example",
            )
        ]  # fmt: skip

    assert all(code in (550, 553, 501) for code in codes)
    assert not RawMail.objects.exists()


def test_mail_when_catch_all_is_wanted_then_unknown_recipients_reach_the_default_mailbox(start_inlet):
    mailbox = MailboxFactory(is_default=True)
    inlet = start_inlet("--catch-all")

    with inlet.client() as client:
        client.sendmail("clara@shop.example", ["anything@helpdesk.example"], letter())

    assert RawMail.objects.get().mailbox == mailbox


def test_mail_when_it_is_for_two_mailboxes_then_each_has_its_own(inlet):
    first, second = MailboxFactory(), MailboxFactory(also_known_as=["Sales@helpdesk.example"])

    with inlet.client() as client:
        client.sendmail("", [first.address, "sales@helpdesk.example", second.address], letter())

    rows = {raw.mailbox: (raw.envelope_from, raw.envelope_to) for raw in RawMail.objects.select_related("mailbox")}
    assert rows == {first: ("", [first.address]), second: ("", ["sales@helpdesk.example", second.address])}


def test_mail_when_it_is_too_large_then_552_and_the_connection_lives_on(inlet):
    mailbox = MailboxFactory()

    with inlet.client() as client:
        client.ehlo()
        announced = client.docmd("MAIL", "FROM:<clara@shop.example> SIZE=1048577")
        client.mail("clara@shop.example")
        client.rcpt(mailbox.address)
        unannounced = client.data(letter(body="x" * 1_048_577))
        client.sendmail("clara@shop.example", [mailbox.address], letter())

    assert (announced[0], unannounced[0], client.esmtp_features["size"]) == (552, 552, "1048576")
    assert RawMail.objects.count() == 1


def test_mail_when_a_lone_line_feed_surrounds_the_dot_then_it_is_no_end_and_no_second_mail_is_smuggled(inlet):
    mailbox = MailboxFactory()
    smuggled = (
        f"MAIL FROM:<admin@helpdesk.example>\r\nRCPT TO:<{mailbox.address}>\r\nDATA\r\nSubject: smuggled\r\n\r\nx"
    )
    ends = ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n"]
    body = "".join(f"body{end}{smuggled}" for end in ends)

    with socket.create_connection(("127.0.0.1", inlet.port), timeout=20) as connection:
        stream = connection.makefile("rb")
        stream.readline()
        for command in (
            "HELO mx.shop.example",
            "MAIL FROM:<clara@shop.example>",
            f"RCPT TO:<{mailbox.address}>",
            "DATA",
        ):
            connection.sendall(f"{command}\r\n".encode())
            answer = stream.readline()
        connection.sendall(f"Subject: outer\r\n\r\n{body}\r\n.\r\n".encode())
        taken = stream.readline()
        connection.sendall(b"QUIT\r\n")
        goodbye = stream.readline()

    raw = RawMail.objects.get()
    assert (answer[:3], taken[:3], goodbye[:3]) == (b"354", b"250", b"221")
    assert raw.envelope_from == "clara@shop.example"
    assert b"smuggled" in bytes(raw.content)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n..b\r\n.c\r\n.\r\n", b"a\r\n.b\r\nc\r\n"),
        (b"x" * 200_000 + b"\r\n.\r\n", b"x" * 200_000 + b"\r\n"),
        (b"y\n" * 50_000 + b"\r\n.\r\n", b"y\n" * 50_000 + b"\r\n"),
        (b"\r\n" * 60_000 + b".\r\n", b"\r\n" * 60_000),
    ],
    ids=["empty", "one empty line", "a dot", "dots", "one long line", "bare line feeds", "empty lines"],
)
def test_data_when_lines_are_odd_then_every_byte_is_kept(inlet, sent, kept):
    mailbox = MailboxFactory()

    with inlet.client() as client:
        client.ehlo()
        client.mail("clara@shop.example")
        client.rcpt(mailbox.address)
        client.putcmd("DATA")
        client.getreply()
        client.send(sent + b"NOOP\r\n")
        answers = [client.getreply()[0], client.getreply()[0]]

    assert answers == [250, 250]
    assert bytes(RawMail.objects.get().content) == kept


def test_rcpt_when_many_addresses_are_guessed_then_the_connection_is_closed(inlet):
    MailboxFactory()

    with smtplib.SMTP("127.0.0.1", inlet.port, timeout=20) as client:
        client.ehlo()
        client.mail("sergei@stranger.example")
        codes = [client.rcpt(f"guess{n}@helpdesk.example")[0] for n in range(11)]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.rcpt("one.more@helpdesk.example")

    assert codes == [550] * 10 + [421]


def test_vrfy_when_asked_then_nothing_is_told(inlet):
    mailbox = MailboxFactory()

    with inlet.client() as client:
        answers = {client.verify(mailbox.address), client.verify("nobody@helpdesk.example")}
        expansion = client.docmd("EXPN", "all")[0]

    assert answers == {(252, b"2.5.0 Not told; send the mail and see")}
    assert expansion == 502


def test_connections_when_there_are_too_many_then_the_next_is_told_to_come_again(start_inlet):
    inlet = start_inlet("--connections", "2")

    with inlet.client(), inlet.client(), pytest.raises(smtplib.SMTPConnectError) as refused, inlet.client():
        pass

    assert refused.value.smtp_code == 421


def test_mailbox_when_it_is_switched_off_then_its_mail_is_refused_soon(inlet):
    mailbox = MailboxFactory()
    with inlet.client() as client:
        client.sendmail("clara@shop.example", [mailbox.address], letter())
    mailbox.is_active = False
    mailbox.save()

    def refused() -> bool:
        with inlet.client() as client:
            client.ehlo()
            client.mail("clara@shop.example")
            return client.rcpt(mailbox.address)[0] == 550

    assert eventually(refused, seconds=10, every=0.5)


def test_term_when_idle_then_the_process_leaves_with_zero(start_inlet):
    inlet = start_inlet()

    assert inlet.command.end() == 0


def test_port_when_it_is_taken_then_one_line_says_so(inlet):

    second = manage("smtp_inlet", "--port", str(inlet.port))

    assert second.returncode == 1
    assert second.output().count("\n") == 1
    assert f"can't listen on 127.0.0.1:{inlet.port}" in second.output()
