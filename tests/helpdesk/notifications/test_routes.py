"""Ways out that fail for everybody rest; the queue is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed
from helpdesk.core.registries import queue_probes
from helpdesk.journal.models import Entry
from helpdesk.notifications.answers import RouteTrouble
from helpdesk.notifications.breakers import close, note_failure, note_success
from helpdesk.notifications.models import Breaker, Delivery
from helpdesk.notifications.sending import send_all_due
from tests.factories import StaffFactory, UserFactory
from tests.peers.certificates import make_certificate
from tests.peers.ports import free_port
from tests.peers.smtp_peer import smtp_peer

CLARA = "clara@shop.example"


def use(settings, peer, *, user="", password="", tls=False):
    settings.EMAIL_PORT = peer.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = user, password
    settings.EMAIL_USE_TLS = tls


def again(delivery):
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())
    send_all_due()
    delivery.refresh_from_db()


def test_sign_in_with_the_right_password_sends(peer, queue, settings):
    with smtp_peer(password="right") as strict:
        use(settings, strict, user="desk", password="right")
        [delivery] = queue(CLARA)

        send_all_due()

    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_a_refused_sign_in_rests_the_route_at_once_and_keeps_the_queue(peer, queue, settings, caplog):
    with smtp_peer(password="right") as strict:
        use(settings, strict, user="desk", password="wrong-password")
        queue(CLARA, "dora@shop.example")

        send_all_due()
        send_all_due()

        connections = strict.connections
    breaker = Breaker.objects.get()
    assert breaker.failures == 3
    assert breaker.open_until > timezone.now() + timedelta(seconds=50)
    assert "refused the sign-in: 535" in breaker.reason
    assert connections == 1
    assert [(row.state, row.attempts) for row in Delivery.objects.order_by("pk")] == [("queued", 0), ("queued", 0)]
    assert sum("outgoing_route_rests" in line.getMessage() for line in caplog.records) == 1
    assert "wrong-password" not in caplog.text
    assert "wrong-password" not in breaker.reason


def test_a_route_that_rested_works_again_after_its_rest(peer, queue, settings):
    with smtp_peer(password="right") as strict:
        use(settings, strict, user="desk", password="wrong")
        [delivery] = queue(CLARA)
        send_all_due()
        use(settings, strict, user="desk", password="right")
        Breaker.objects.update(open_until=timezone.now())

        send_all_due()

    delivery.refresh_from_db()
    assert delivery.state == "sent"
    breaker = Breaker.objects.get()
    assert (breaker.failures, breaker.open_until, breaker.reason) == (0, None, "")


def test_a_mail_refused_for_want_of_a_sign_in_rests_the_route(peer, queue):
    peer.says("MAIL", "530 5.7.0 authentication required")
    [delivery] = queue(CLARA)

    send_all_due()

    delivery.refresh_from_db()
    assert delivery.state == "queued"
    assert Breaker.objects.get().failures == 3


def test_no_connection_rests_the_route_after_three_in_a_row(peer, queue, settings):
    settings.EMAIL_PORT = free_port()
    [delivery] = queue(CLARA)

    send_all_due()
    assert Breaker.objects.get().open_until is None
    again(delivery)
    again(delivery)

    breaker = Breaker.objects.get()
    assert breaker.failures == 3
    assert breaker.open_until is not None
    assert breaker.reason.startswith("no connection to 127.0.0.1")
    assert (delivery.state, delivery.attempts) == ("queued", 0)
    assert delivery.reason == breaker.reason


def test_a_server_that_closes_at_the_door_for_good_keeps_the_queue(peer, queue):
    peer.says("CONNECT", "554 no service for you")
    [delivery] = queue(CLARA)

    send_all_due()

    delivery.refresh_from_db()
    assert delivery.state == "queued"
    assert Breaker.objects.get().failures == 1


def test_a_certificate_that_is_not_to_be_trusted_sends_nothing(peer, queue, settings, tmp_path):
    made = make_certificate(tmp_path)
    with smtp_peer(certificate=(str(made.certificate), str(made.key))) as secure:
        use(settings, secure, tls=True)
        [delivery] = queue(CLARA)

        send_all_due()

        assert secure.mails == []
    delivery.refresh_from_db()
    assert delivery.state == "queued"
    assert "no secure connection" in delivery.reason
    assert Breaker.objects.get().failures == 1


def test_a_server_without_starttls_never_gets_the_mail_in_clear(peer, queue, settings):
    use(settings, peer, tls=True)
    queue(CLARA)

    send_all_due()

    assert peer.mails == []
    assert "offers no STARTTLS" in Breaker.objects.get().reason


def test_a_certificate_that_is_trusted_sends(peer, queue, settings, tmp_path, monkeypatch):
    made = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    with smtp_peer(certificate=(str(made.certificate), str(made.key))) as secure:
        use(settings, secure, tls=True)
        [delivery] = queue(CLARA)

        send_all_due()

    delivery.refresh_from_db()
    assert delivery.state == "sent"


@pytest.mark.django_db
def test_rests_double_from_a_minute_to_half_an_hour():
    rests = []
    for _ in range(9):
        note_failure(route="site", trouble=RouteTrouble("no connection"))
        until = Breaker.objects.get().open_until
        rests.append(round((until - timezone.now()).total_seconds() / 60) if until else 0)

    assert rests == [0, 0, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.django_db
def test_a_success_forgets_the_failures_before_it():
    note_failure(route="site", trouble=RouteTrouble("no connection"))
    note_failure(route="site", trouble=RouteTrouble("no connection"))

    note_success(route="site")

    assert Breaker.objects.get().failures == 0


def test_the_health_page_is_told_of_routes_that_rest_and_what_waits_behind(peer, queue):
    queue(CLARA, "dora@shop.example")
    Breaker.objects.create(route="site", failures=3, open_until=timezone.now() + timedelta(minutes=1), reason="x")

    state = queue_probes["outbox_resting"].measure()

    assert (state.waiting, state.failed) == (2, 1)


def test_the_health_page_is_told_of_the_outbox(peer, queue):
    _, failed = queue(CLARA, "dora@shop.example")
    Delivery.objects.filter(pk=failed.pk).update(state="failed")
    Delivery.objects.exclude(pk=failed.pk).update(due_at=timezone.now() - timedelta(seconds=90))

    state = queue_probes["outbox"].measure()

    assert (state.waiting, state.failed) == (1, 1)
    assert 89 < state.oldest_seconds < 100


@pytest.mark.django_db
def test_staff_close_a_breaker_and_the_journal_says_who():
    anna = StaffFactory(name="Anna")
    breaker = Breaker.objects.create(route="site", failures=5, open_until=timezone.now(), reason="no connection")

    close(breaker=breaker, by=anna)

    breaker.refresh_from_db()
    assert (breaker.failures, breaker.open_until) == (0, None)
    assert Entry.objects.get(verb="outgoing_route_tried_again").actor == anna


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.ACCOUNTANT])
def test_others_cannot_close_a_breaker(role):
    breaker = Breaker.objects.create(route="site", failures=5, open_until=timezone.now(), reason="no connection")

    with pytest.raises(NotAllowed):
        close(breaker=breaker, by=UserFactory(role=role))

    breaker.refresh_from_db()
    assert breaker.failures == 5
