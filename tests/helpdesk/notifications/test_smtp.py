"""SMTP that fails in every way: where each failure leaves the mail, its way out, and the mail that goes another way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.notifications.models import Breaker, Delivery
from helpdesk.notifications.sending import send_all_due
from tests.factories import MailboxFactory
from tests.peers.rude_smtp import RudePeer, after, drips, drops, hangs, one_line, says, talks

CLARA, DORA = "clara@shop.example", "dora@shop.example"
SSH = b"SSH-2.0-OpenSSH_9.2p1\r\n"
WEB = b"HTTP/1.1 400 Bad Request\r\n\r\n"
GO = b"220 go ahead\r\n"

# step, what happens there, the state of the mail, a piece of the reason, failures in a row of its way out
WAYS = {
    "no greeting": ("CONNECT", hangs, "queued", "timed out", 1),
    "hangs up at once": ("CONNECT", drops, "queued", "no connection to", 1),
    "busy at the door": ("CONNECT", b"421 4.3.2 busy\r\n", "queued", "421 4.3.2 busy", 0),
    "shut for good": ("CONNECT", b"554 no service\r\n", "queued", "does not serve us: 554 no service", 1),
    "no mail server": ("CONNECT", SSH, "queued", "does not serve us", 1),
    "greeting in drips": ("CONNECT", drips, "queued", "timed out", 1),
    "greeting without end": ("CONNECT", talks, "queued", "more than anybody reads", 1),
    "greeting in one line": ("CONNECT", one_line, "queued", "does not serve us", 1),
    "hello is not answered": ("EHLO", hangs, "queued", "timed out", 1),
    "hello ends it": ("EHLO", drops, "queued", "no connection to", 1),
    "hello comes too soon": ("EHLO", b"421 4.7.0 later\r\n", "queued", "421 4.7.0 later", 0),
    "hello in another tongue": ("EHLO", WEB, "queued", "does not serve us", 1),
    "hello in drips": ("EHLO", drips, "queued", "timed out", 1),
    "no encryption just now": ("STARTTLS", b"454 4.7.0 not now\r\n", "queued", "454 4.7.0 not now", 0),
    "encryption that is none": ("STARTTLS", after(GO, says(b"250 hello?\r\n" * 9)), "queued", "no secure connect", 1),
    "encryption ends it": ("STARTTLS", after(GO, drops), "queued", "connection to", 1),
    "encryption never comes": ("STARTTLS", after(GO, hangs), "queued", "timed out", 1),
    "sign-in refused": ("AUTH", b"535 5.7.8 wrong\r\n", "queued", "refused the sign-in: 535 5.7.8 wrong", 3),
    "sign-in not now": ("AUTH", b"454 4.7.0 not now\r\n", "queued", "refused the sign-in: 454", 1),
    "sign-in hangs": ("AUTH", hangs, "queued", "timed out", 1),
    "sign-in wanted": ("MAIL", b"530 5.7.0 who are you\r\n", "queued", "530 5.7.0 who are you", 3),
    "too large": ("MAIL", b"552 5.3.4 too large\r\n", "failed", "552 5.3.4 too large", 0),
    "sender put off": ("MAIL", b"421 4.3.2 closing\r\n", "queued", "421 4.3.2 closing", 0),
    "sender hangs": ("MAIL", hangs, "queued", "timed out", 0),
    "sender ends it": ("MAIL", drops, "queued", "broke off", 0),
    "sender in another tongue": ("MAIL", SSH, "queued", "“", 0),
    "sender in drips": ("MAIL", drips, "queued", "timed out", 0),
    "recipient put off": ("RCPT", b"450 4.2.1 full\r\n", "queued", "450 4.2.1 full", 0),
    "recipient closes": ("RCPT", b"421 4.3.2 closing\r\n", "queued", "421 4.3.2 closing", 0),
    "recipient refused": ("RCPT", b"550 5.7.1 no\r\n", "failed", "550 5.7.1 no", 0),
    "recipient hangs": ("RCPT", hangs, "queued", "timed out", 0),
    "recipient ends it": ("RCPT", drops, "queued", "broke off", 0),
    "recipient in another tongue": ("RCPT", b"yes, why not\r\n", "queued", "why not”", 0),
    "data put off": ("DATA", b"421 4.3.2 closing\r\n", "queued", "421 4.3.2 closing", 0),
    "data refused": ("DATA", b"554 5.5.1 no\r\n", "failed", "554 5.5.1 no", 0),
    "data hangs": ("DATA", hangs, "queued", "timed out", 0),
    "data ends it": ("DATA", drops, "queued", "broke off", 0),
    "data taken for a question": ("DATA", b"250 2.0.0 fine\r\n", "queued", "250 2.0.0 fine", 0),
    "data in drips": ("DATA", drips, "queued", "timed out", 0),
    "end put off": ("END", b"451 4.3.0 disk full\r\n", "queued", "451 4.3.0 disk full", 0),
    "end closes": ("END", b"421 4.3.2 closing\r\n", "queued", "421 4.3.2 closing", 0),
    "end too large": ("END", b"552 5.3.4 too large\r\n", "failed", "552 5.3.4 too large", 0),
    "end refused": ("END", b"554 5.7.1 spam\r\n", "failed", "554 5.7.1 spam", 0),
    "end hangs": ("END", hangs, "unknown", "no answer after the data: timed out", 0),
    "end ends it": ("END", drops, "unknown", "no answer after the data", 0),
    "end in another tongue": ("END", WEB, "unknown", "no answer after the data", 0),
    "end in drips": ("END", drips, "unknown", "no answer after the data: timed out", 0),
    "end without end": ("END", talks, "unknown", "no answer after the data", 0),
    "end answers another question": ("END", b"354 go ahead\r\n", "unknown", "no answer after the data", 0),
}


@pytest.fixture
def rude(settings, kept_connections):
    """The installation's mail server."""
    peer = RudePeer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", peer.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = settings.OUTGOING_ANSWER_SECONDS = 0.2
    settings.DEFAULT_FROM_EMAIL = "Helpdesk <desk@helpdesk.example>"
    yield peer
    peer.close()


@pytest.fixture
def other(db):
    """The way out of another mailbox, whose server is well."""
    peer = RudePeer()
    mailbox = MailboxFactory(out_host="127.0.0.1", out_port=peer.port, out_security="plain")
    yield peer, f"mailbox:{mailbox.pk}"
    peer.close()


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def try_again():
    """As after all rests and delays."""
    Breaker.objects.update(open_until=timezone.now() - timedelta(seconds=1))
    Delivery.objects.filter(state="queued").update(due_at=timezone.now())
    send_all_due()


@pytest.mark.parametrize(("step", "act", "state", "reason", "failures"), WAYS.values(), ids=WAYS)
def test_mail_when_its_server_fails_then_kept_given_up_or_unknown_and_the_other_way_out_goes_on(
    rude, other, queue, settings, step, act, state, reason, failures
):
    settings.EMAIL_USE_TLS = step == "STARTTLS"
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "desk" if step == "AUTH" else ""
    rude.script[step] = act
    (clara,), (dora,) = queue(CLARA), queue(DORA, route=other[1])

    send_all_due()

    assert (state_of(clara), state_of(dora)) == (state, "sent")
    assert reason in clara.reason
    assert list(Breaker.objects.filter(failures__gt=0).values_list("route", "failures")) == (
        [("site", failures)] if failures else []
    )
    assert clara.attempts == (0 if failures else 1)
    assert (clara.data_at is None, len(rude.taken)) == (step != "END" or state == "queued", int(step == "END"))
    rude.script.clear()
    settings.EMAIL_USE_TLS = False
    before = len(rude.taken)
    try_again()
    assert (state_of(clara), len(rude.taken) - before) == (("sent", 1) if state == "queued" else (state, 0))
    assert len(other[0].taken) == 1


def test_mail_when_nobody_listens_then_kept_and_the_way_out_rests_after_three_tries(rude, other, queue, settings):
    rude.close()
    (clara,), (dora,) = queue(CLARA), queue(DORA, route=other[1])

    for _try in range(3):
        Delivery.objects.filter(state="queued").update(due_at=timezone.now())
        send_all_due()

    breaker = Breaker.objects.get(failures__gt=0)
    assert (breaker.route, breaker.failures, breaker.open_until > timezone.now()) == ("site", 3, True)
    assert (state_of(clara), clara.attempts, state_of(dora)) == ("queued", 0, "sent")


def test_large_mail_when_the_line_is_cut_in_its_middle_then_it_goes_again_and_is_never_unknown(rude, queue, settings):
    settings.EMAIL_TIMEOUT = settings.OUTGOING_ANSWER_SECONDS = 10

    def hear_some(connection, ends):
        connection.sendall(b"354 go ahead\r\n")
        connection.recv(1)

    rude.script["DATA"] = hear_some
    content = {"title": "Long", "text": "line of words\n" * 100_000, "path": "/desk/"}
    [clara] = queue(CLARA, content=content)

    send_all_due()

    assert (state_of(clara), clara.data_at) == ("queued", None)
    assert "in the middle of the mail" in clara.reason
    rude.script.clear()
    try_again()
    assert (state_of(clara), len(rude.taken)) == ("sent", 1)


def test_way_out_that_may_work_again_comes_last_and_is_tried_by_one_alone(rude, other, queue):
    Breaker.objects.create(route="site", failures=3, open_until=timezone.now(), reason="no connection")
    queue(CLARA, CLARA)
    Delivery.objects.update(due_at=timezone.now() - timedelta(hours=1))
    queue(DORA, route=other[1])
    order = []
    rude.script["CONNECT"] = lambda connection, ends: order.append(len(other[0].taken))

    send_all_due()
    send_all_due()

    assert (order, rude.connections) == ([1], 1)
