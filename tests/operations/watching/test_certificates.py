"""How long certificates are good: from a file, from a server, and when neither says."""

import pytest

from helpdesk.operations.watching import certificates
from tests.peers.certificates import make_certificate
from tests.peers.web_peer import secure_peer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(certificates, "_known", {})


def left(settings, place):
    settings.WATCH_CERTIFICATES = [place]
    certificates.look()
    return certificates.days_left()[place]


def test_certificate_when_in_a_file_then_its_days_are_counted(settings, tmp_path):
    made = make_certificate(tmp_path, "desk.example", valid_days=30)

    assert left(settings, str(made.certificate)) == pytest.approx(29, abs=1.1)


def test_certificate_when_shown_by_a_server_then_its_days_are_counted_though_nobody_trusts_it(settings, tmp_path):
    peer = secure_peer(tmp_path, valid_days=10)

    days = left(settings, f"localhost:{peer.port}")
    peer.close()

    assert days == pytest.approx(9, abs=1.1)


def test_certificate_when_it_ran_out_then_the_days_are_below_zero(settings, tmp_path):
    made = make_certificate(tmp_path, "desk.example", valid_days=2, began_days_ago=9)

    assert left(settings, str(made.certificate)) < 0


@pytest.mark.parametrize("place", ["/nowhere/at/all.pem", "localhost:1", "localhost:https"])
def test_certificate_when_it_cannot_be_read_then_none(settings, place):
    assert left(settings, place) is None


def test_certificate_when_asked_again_soon_then_the_server_is_left_alone(settings, tmp_path):
    peer = secure_peer(tmp_path, valid_days=10)
    settings.WATCH_CERTIFICATES = [f"localhost:{peer.port}"]

    for _ in range(3):
        certificates.look()
    peer.close()

    assert peer.connections == 1


def test_site_when_it_is_https_then_its_certificate_is_watched(settings):
    settings.HTTPS, settings.SITE_URL = True, "https://desk.example"
    settings.WATCH_CERTIFICATES = ["mail.example:993"]

    assert certificates.watched() == ["desk.example:443", "mail.example:993"]
